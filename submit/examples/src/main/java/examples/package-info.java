/** Programs as users have them, without a word of Runlake. */
package examples;
