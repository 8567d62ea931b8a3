/**
 * What the programs' SLF4J loggers write: one line an event on standard output. A logging library of the usual size costs a program
 * some 480 classes and their memory (docs/adr/0005-footprint.md); this is all that we used of one. SLF4J finds
 * {@link kant.log.LineProvider} by itself; a program's {@code Main} only sets the {@link kant.log.Threshold}. Read
 * {@link kant.log.LineText} first. Any thread may log.
 */
@NullMarked
package kant.log;

import org.jspecify.annotations.NullMarked;
