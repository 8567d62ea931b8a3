package kant.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class ThresholdTest {
    @AfterEach
    void quiet() {
        Threshold.set(Level.ERROR);
    }

    @Test
    void slf4j_finds_this_provider() {
        assertThat(LoggerFactory.getLogger("kant.x")).isInstanceOf(LineLogger.class);
    }

    @Test
    void a_new_threshold_holds_for_loggers_that_exist() {
        var log = LoggerFactory.getLogger("kant.x");
        Threshold.set(Level.ERROR);
        assertThat(log.isInfoEnabled()).isFalse();

        Threshold.set(Level.DEBUG);

        assertThat(log.isDebugEnabled()).isTrue();
        assertThat(log.isTraceEnabled()).isFalse();
    }

    @Test
    void libraries_stay_silent_below_warnings() {
        Threshold.set(Level.TRACE);

        assertThat(LoggerFactory.getLogger("io.netty.channel").isInfoEnabled()).isFalse();
        assertThat(LoggerFactory.getLogger("io.netty.channel").isWarnEnabled()).isTrue();
    }
}
