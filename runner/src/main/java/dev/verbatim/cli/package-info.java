/**
 * The command line: {@link dev.verbatim.cli.Main} finds a {@code Verb}, runs it, and turns what
 * went wrong into one line and an {@link dev.verbatim.cli.ExitCode}.
 */
package dev.verbatim.cli;
