package kant.edgedaemon.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kant.daemonapi.management.LogFrames;
import kant.edgedaemon.engine.LogQuery;
import kant.world.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class OutputMoverTest {
    private static final LogQuery ALL = new LogQuery(false, null, null, null, false);
    private static final LogQuery FOLLOW = new LogQuery(true, null, null, null, false);

    @TempDir
    private Path folder;

    private final OutputMover mover = OutputMover.start();
    private ModuleLog log;

    @BeforeEach
    void openLog() throws IOException {
        log = ModuleLog.open(folder.resolve("log"), LogLimits.DEFAULT, Time.system());
        log.live(true);
    }

    @AfterEach
    void close() throws IOException {
        mover.close();
        log.close();
    }

    @Test
    void what_is_written_comes_to_a_reader_that_follows() throws Exception {
        OutputPipe pipe = pipe("out");
        mover.add(List.of(pipe));
        write(pipe, "up\n");

        assertThat(firstLine()).isEqualTo("up\n");
    }

    @Test
    void who_reads_gets_what_waits_and_long_lines_come_in_pieces() throws Exception {
        OutputPipe pipe = pipe("out");
        write(pipe, "a\nb\n" + "x".repeat(20_000) + "\nbegun");

        mover.moveNow(List.of(pipe));

        assertThat(lines()).containsExactly("a\n", "b\n", "x".repeat(16 * 1024), "x".repeat(20_000 - 16 * 1024) + "\n");
        mover.drain(List.of(pipe));
        assertThat(lines()).last().isEqualTo("begun");
    }

    @Test
    void one_thread_moves_the_output_of_many() throws Exception {
        List<OutputPipe> pipes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            pipes.add(pipe("p" + i));
        }
        mover.add(pipes);
        for (int round = 0; round < 20; round++) {
            for (OutputPipe pipe : pipes) {
                write(pipe, pipe.path().getFileName() + " " + round + "\n");
            }
        }

        mover.drain(pipes);

        List<String> lines = lines();
        assertThat(lines).hasSize(50 * 20);
        assertThat(lines.stream().filter(line -> line.startsWith("p7 ")))
                .hasSize(20)
                .startsWith("p7 0\n")
                .endsWith("p7 19\n");
    }

    @Test
    void a_log_that_cannot_be_written_stops_neither_its_module_nor_other_logs() throws Exception {
        ModuleLog broken = ModuleLog.open(folder.resolve("broken"), LogLimits.DEFAULT, Time.system());
        broken.close();
        OutputPipe first = pipe("first", broken);
        OutputPipe second = pipe("second");
        mover.add(List.of(first, second));
        write(first, "lost\n".repeat(100_000)); // more than a pipe holds: it returns when the rest has been read
        write(second, "kept\n");

        assertThat(firstLine()).isEqualTo("kept\n");
    }

    private OutputPipe pipe(String name) throws IOException, InterruptedException {
        return pipe(name, log);
    }

    private OutputPipe pipe(String name, ModuleLog target) throws IOException, InterruptedException {
        Path path = folder.resolve(name);
        Process made = new ProcessBuilder("mkfifo", path.toString()).start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return new OutputPipe(path, LogFrames.Stream.STDOUT, target);
    }

    private static void write(OutputPipe pipe, String text) throws IOException {
        try (var writer = new RandomAccessFile(pipe.path().toFile(), "rw")) {
            writer.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (var frames = new LogFrames(new LogReader(log, ALL))) {
            for (var frame = frames.next(); frame != null; frame = frames.next()) {
                lines.add(new String(frame.bytes(), StandardCharsets.UTF_8));
            }
        }
        return lines;
    }

    /** Waits for it. */
    private String firstLine() throws IOException {
        try (var frames = new LogFrames(new LogReader(log, FOLLOW))) {
            return new String(frames.next().bytes(), StandardCharsets.UTF_8);
        }
    }
}
