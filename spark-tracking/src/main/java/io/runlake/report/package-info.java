/**
 * Tables and plots as text: CSV, and SVG that any browser shows. Pure functions of numbers and
 * names; this package knows the JDK alone, and of that neither AWT nor fonts, so that a plot can be
 * drawn in a driver's container as well as on a desk.
 */
package io.runlake.report;
