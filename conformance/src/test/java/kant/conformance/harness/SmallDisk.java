package kant.conformance.harness;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** A small file system of its own, mounted on a folder, that can be filled up and emptied again. Needs root. */
public final class SmallDisk implements AutoCloseable {
    private static final long COMMAND_SECONDS = 20;
    private static final byte[] BLOCK = new byte[4096];

    private final Path folder;
    private final Path ballast;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.ballast = folder.resolve("ballast");
    }

    /** One in memory. */
    public static SmallDisk mount(Path folder, long megabytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        run("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + megabytes + "m", "kant-small-disk", folder.toString());
        return new SmallDisk(folder);
    }

    /** One with a journal and blocks, as a device has it: ext4 in a file beside the folder. */
    public static SmallDisk loop(Path folder, long megabytes) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path image = folder.resolveSibling(folder.getFileName() + ".img");
        run("truncate", "-s", megabytes + "M", image.toString());
        run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
        run("mount", "-o", "loop", image.toString(), folder.toString());
        return new SmallDisk(folder);
    }

    /** Takes all space but so many bytes; less than a block is nothing. */
    public void leave(long bytes) throws IOException {
        try (OutputStream out = Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (usable() > bytes) {
                out.write(BLOCK);
            }
        } catch (IOException e) {
            if (usable() >= BLOCK.length) {
                throw e;
            }
            // full to the last block, which was wanted
        }
    }

    /** Gives the space back. */
    public void free() throws IOException {
        Files.deleteIfExists(ballast);
    }

    public long usable() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        run("umount", folder.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " did not end within " + COMMAND_SECONDS + " s");
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " needs root and failed: "
                    + new String(process.getInputStream().readAllBytes()).strip());
        }
    }
}
