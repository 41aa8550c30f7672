package dev.verbatim.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Slurm of this test's own: one slurmctld and two nodes, all on this host. */
final class PrivateSlurm implements AutoCloseable {
  private static final List<String> NODES = List.of("node1", "node2");
  private static final List<String> SBIN = List.of("/usr/sbin", "/usr/local/sbin", "/sbin");

  private final Path folder;
  private final List<Process> daemons = new ArrayList<>();

  private PrivateSlurm(Path folder) {
    this.folder = folder;
  }

  /** Whether Slurm is installed here. */
  static boolean isInstalled() {
    return Stream.of("slurmctld", "slurmd", "sbatch", "scontrol", "squeue")
        .allMatch(program -> Files.isExecutable(Path.of(program(program))));
  }

  private static String program(String name) {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)),
            SBIN.stream())
        .map(place -> Path.of(place, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElse(name);
  }

  /** Starts it and waits for its nodes. */
  static PrivateSlurm start(Path folder) throws Exception {
    PrivateSlurm slurm = new PrivateSlurm(Files.createDirectories(folder));
    Files.createDirectories(folder.resolve("state"));
    Files.writeString(folder.resolve("slurm.conf"), configuration(folder));
    slurm.daemon("slurmctld", "-D", "-c", "-i");
    for (String node : NODES) {
      slurm.daemon("slurmd", "-D", "-N", node);
    }
    for (int i = 0; ; i++) {
      String idle = slurm.call("sinfo", "-h", "-t", "idle", "-o", "%D");
      if (idle.equals("2")) {
        return slurm;
      }
      assertTrue(i < 300, "two nodes within 30 s: " + idle + slurm.logs());
      Thread.sleep(100);
    }
  }

  private static String configuration(Path folder) throws IOException {
    String host = InetAddress.getLocalHost().getHostName();
    StringBuilder text =
        new StringBuilder(
            """
            ClusterName=verbatim
            SlurmctldHost=HOST(127.0.0.1)
            SlurmctldPort=PORT
            AuthType=auth/none
            CredType=cred/none
            MpiDefault=none
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SwitchType=switch/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            ReturnToService=2
            SlurmUser=USER
            SlurmdUser=USER
            StateSaveLocation=FOLDER/state
            SlurmdSpoolDir=FOLDER/spool-%n
            SlurmctldPidFile=FOLDER/slurmctld.pid
            SlurmdPidFile=FOLDER/slurmd-%n.pid
            SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
            SlurmdParameters=config_overrides
            PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
            """
                .replace("HOST", host)
                .replace("PORT", String.valueOf(port()))
                .replace("USER", System.getProperty("user.name"))
                .replace("FOLDER", folder.toString()));
    for (String node : NODES) {
      text.append("NodeName=").append(node).append(" NodeHostname=").append(host);
      text.append(" NodeAddr=127.0.0.1 CPUs=1 Port=").append(port()).append("\n");
    }
    return text.toString();
  }

  private static int port() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void daemon(String name, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(program(name)));
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(daemons.size() + "-" + name + ".log").toFile());
    builder.environment().putAll(environment());
    daemons.add(builder.start());
  }

  /** What finds this Slurm. */
  Map<String, String> environment() {
    return Map.of("SLURM_CONF", folder.resolve("slurm.conf").toString());
  }

  /** What one of Slurm's commands prints. */
  String call(String... words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(environment());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(20, TimeUnit.SECONDS), String.join(" ", words));
    return out.strip();
  }

  /** A job that was put back waits two minutes; here it need not. */
  void doNotWait() throws Exception {
    for (String line :
        call("squeue", "-h", "-r", "-t", "PENDING", "-o", "%i %r").lines().toList()) {
      if (line.endsWith(" BeginTime")) {
        call("scontrol", "update", "JobId=" + line.split(" ", -1)[0], "StartTime=now");
      }
    }
  }

  String logs() {
    StringBuilder text = new StringBuilder();
    try (var files = Files.list(folder)) {
      for (Path log : files.filter(f -> f.toString().endsWith(".log")).sorted().toList()) {
        text.append("\n").append(log).append("\n").append(Files.readString(log));
      }
    } catch (IOException e) {
      text.append(e);
    }
    return text.toString();
  }

  @Override
  public void close() {
    daemons.reversed().forEach(Process::destroy);
    for (Process daemon : daemons) {
      if (daemon.onExit().completeOnTimeout(daemon, 10, TimeUnit.SECONDS).join().isAlive()) {
        daemon.destroyForcibly();
      }
    }
  }
}
