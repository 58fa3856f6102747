package io.runlake.testkit.hdfs;

import java.io.File;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/**
 * {@code MiniHdfs <directory>}: a name node and a data node that keep their files in the directory.
 * Prints the URI of the file system on a line of its own once it can be used, and ends with its
 * standard input, so that it does not outlive who started it.
 */
public final class MiniHdfs {
  private MiniHdfs() {}

  /** Runs until standard input ends. */
  public static void main(String[] args) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set("dfs.namenode.http-address", "127.0.0.1:0");
    // Tests come as many users and drop their folders anywhere.
    configuration.set("dfs.permissions.enabled", "false");
    // Its directory is thrown away; a sync of it would protect nothing.
    configuration.set("dfs.namenode.edits.noeditlogchannelflush", "true");
    // Else a writer that closes a small file sleeps 400 ms when it asks before the data node has
    // reported the block, which on one machine is nearly always.
    configuration.setInt("dfs.namenode.file.close.num-committed-allowed", 1);
    try (MiniDFSCluster cluster =
        new MiniDFSCluster.Builder(configuration, new File(args[0])).numDataNodes(1).build()) {
      cluster.waitActive();
      System.out.println(cluster.getURI());
      while (System.in.read() >= 0) {
        continue;
      }
    }
    // Threads of Hadoop's that are not daemons must not keep the JVM.
    System.exit(0);
  }
}
