package dev.verbatim.cli;

import java.io.IOException;
import org.apache.commons.cli.Options;

/** One thing that the program does. */
interface Verb {
  String name();

  /** What stands after the name: {@code EXPERIMENT}, or nothing. */
  String arguments();

  /** One line for the list of verbs. */
  String summary();

  /** Flags, from {@link Flags}. */
  Options options();

  ExitCode run(Invocation invocation) throws IOException;
}
