package kant.fuzz;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What was logged as an error: a promise of ours that was broken, caught at a rim and otherwise unseen. */
final class Mistakes extends AppenderBase<ILoggingEvent> {
    private static final Mistakes ALL = new Mistakes();

    static {
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        ALL.start();
        root.addAppender(ALL);
    }

    private final AtomicReference<@Nullable ILoggingEvent> first = new AtomicReference<>();

    private Mistakes() {}

    /** Watches from now on. */
    static void forget() {
        ALL.first.set(null);
    }

    /** Fails where there was one since {@link #forget}. */
    static void expectNone() {
        ILoggingEvent mistake = ALL.first.getAndSet(null);
        if (mistake != null) {
            Throwable cause = mistake.getThrowableProxy() instanceof ThrowableProxy proxy ? proxy.getThrowable() : null;
            throw new AssertionError(
                    "logged as an error: " + mistake.getFormattedMessage() + " " + mistake.getKeyValuePairs(), cause);
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        first.compareAndSet(null, event);
    }
}
