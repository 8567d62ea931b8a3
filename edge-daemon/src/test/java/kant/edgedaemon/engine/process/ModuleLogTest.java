package kant.edgedaemon.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import kant.daemonapi.management.LogFrames;
import kant.edgedaemon.MovableTime;
import kant.edgedaemon.engine.LogQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleLogTest {
    @TempDir
    Path folder;

    private final MovableTime time = new MovableTime(Instant.parse("2026-11-25T01:08:49.5Z"));

    @Test
    void a_record_has_the_bytes_that_its_table_says() throws IOException {
        try (ModuleLog log = ModuleLog.open(folder, LogLimits.DEFAULT, time)) {
            append(log, "hi\n");
        }

        byte[] expected = "\u0001\0\0\0\0\0\0\"2026-11-25T01:08:49.500000000Z hi\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(folder.resolve("1.log")).hasBinaryContent(expected);
    }

    @Test
    void old_files_go_so_that_the_log_stays_small_and_the_newest_lines_are_kept() throws IOException {
        try (ModuleLog log = ModuleLog.open(folder, new LogLimits(1000, 2), time)) {
            for (int i = 0; i < 500; i++) {
                append(log, "line " + i + "\n");
            }

            long bytes = 0;
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    bytes += Files.size(file);
                }
            }
            assertThat(bytes).isLessThanOrEqualTo(2000);
            assertThat(text(log)).endsWith("line 498\nline 499\n");
        }
    }

    @Test
    void the_rest_of_a_record_that_a_crash_cut_short_is_taken_off() throws IOException {
        try (ModuleLog log = ModuleLog.open(folder, LogLimits.DEFAULT, time)) {
            append(log, "whole\n");
        }
        Files.write(folder.resolve("1.log"), new byte[] {1, 0, 0, 0, 0, 0, 0, 40, 'x'}, StandardOpenOption.APPEND);

        try (ModuleLog log = ModuleLog.open(folder, LogLimits.DEFAULT, time)) {
            append(log, "next\n");

            assertThat(text(log)).isEqualTo("whole\nnext\n");
        }
    }

    private static void append(ModuleLog log, String line) throws IOException {
        log.append(LogFrames.Stream.STDOUT, line.getBytes(StandardCharsets.US_ASCII), line.length());
    }

    private static String text(ModuleLog log) throws IOException {
        var text = new StringBuilder();
        try (var frames = new LogFrames(new LogReader(log, new LogQuery(false, null, null, null, false)))) {
            for (var frame = frames.next(); frame != null; frame = frames.next()) {
                text.append(new String(frame.bytes(), StandardCharsets.US_ASCII));
            }
        }
        return text.toString();
    }
}
