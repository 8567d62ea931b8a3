package kant.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** Writes events to standard output, each with one call, so that lines of different threads never mix. */
final class LineLogger extends AbstractLogger implements LoggingEventAware {
    private static final long serialVersionUID = 1;
    /** Not System.out, which a library may redirect and which locks for every print. */
    private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);

    LineLogger(String name) {
        this.name = name;
    }

    @Override
    public void log(LoggingEvent event) {
        String text = MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray());
        write(event.getLevel(), text, event.getKeyValuePairs(), event.getThrowable());
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable cause) {
        write(level, MessageFormatter.basicArrayFormat(pattern, arguments), null, cause);
    }

    private void write(
            Level level, @Nullable String text, @Nullable List<KeyValuePair> pairs, @Nullable Throwable cause) {
        byte[] line =
                LineText.of(Instant.now(), level, name, text, pairs, cause).getBytes(StandardCharsets.UTF_8);
        try {
            OUT.write(line);
        } catch (IOException _) {
            // whoever read our output is gone, or its disk is full; the program's work goes on without a log
        }
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null; // asked for by loggers that print the line of code
    }

    @Override
    public boolean isTraceEnabled() {
        return Threshold.lets(name, Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return Threshold.lets(name, Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return Threshold.lets(name, Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return Threshold.lets(name, Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return Threshold.lets(name, Level.ERROR);
    }

    @Override
    public boolean isTraceEnabled(Marker marker) {
        return isTraceEnabled();
    }

    @Override
    public boolean isDebugEnabled(Marker marker) {
        return isDebugEnabled();
    }

    @Override
    public boolean isInfoEnabled(Marker marker) {
        return isInfoEnabled();
    }

    @Override
    public boolean isWarnEnabled(Marker marker) {
        return isWarnEnabled();
    }

    @Override
    public boolean isErrorEnabled(Marker marker) {
        return isErrorEnabled();
    }
}
