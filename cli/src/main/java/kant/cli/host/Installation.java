package kant.cli.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the programs stand and where running ones are remembered.
 *
 * @param home the folder with {@code lib}, {@code modules} and {@code bundles}
 * @param state the user's own folder, in which running stand-ins and devices leave a pointer to their data
 */
public record Installation(Path home, Path state) {
    private static final List<String> SMALL_JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=10",
            "-Xss256k",
            "-XX:StackShadowPages=10",
            "-XX:StringTableSize=4096",
            "-XX:+UseCompactObjectHeaders",
            "-Xms4m",
            "-Xmn2m",
            "-XX:MinHeapFreeRatio=2",
            "-XX:MaxHeapFreeRatio=6",
            "-XX:-ShrinkHeapInSteps",
            "-XX:TrimNativeHeapInterval=10000",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.allocator.type=unpooled",
            "-Dio.netty.jfr.enabled=false");

    /** From the properties that the launcher sets, and the environment's {@code KANT_STATE} or {@code HOME}. */
    public static Installation find(Map<String, String> environment) {
        String home = System.getProperty("kant.home", "dist/target/kant");
        String state = environment.getOrDefault(
                "KANT_STATE", environment.getOrDefault("HOME", System.getProperty("user.home")) + "/.kant");
        return new Installation(
                Path.of(home).toAbsolutePath().normalize(), Path.of(state).toAbsolutePath());
    }

    /** The command line of one of our programs. */
    public List<String> program(String folder, String mainClass, String heap, List<String> arguments)
            throws CliException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(SMALL_JVM);
        command.add("-Xmx" + heap);
        command.addAll(cache(folder));
        command.add("-cp");
        command.add(jar(folder).toString());
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /** With the program's AOT cache; while {@code tools/train} makes caches, the program records for one instead. */
    private List<String> cache(String folder) {
        String record = System.getProperty("kant.record");
        if (record != null) {
            return List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + record + "/" + folder + ".record");
        }
        Path cache = home.resolve("aot").resolve(folder + ".aot");
        return Files.isRegularFile(cache) ? List.of("-XX:AOTCache=" + cache) : List.of();
    }

    /** The jar of a program; its manifest names the rest of the class path. */
    public Path jar(String folder) throws CliException {
        Path jar = home.resolve("lib").resolve(folder + "-" + Version.TEXT + ".jar");
        if (!Files.isRegularFile(jar)) {
            throw new CliException("program " + folder + " is not built: " + jar
                    + " is missing; run ./kant from the repository, which builds it, or build with mvn package");
        }
        return jar;
    }

    /** Makes a private folder, or says in a sentence why it can't be. */
    public static Path privateFolder(Path folder) throws CliException {
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!Files.isWritable(folder)) {
                throw new IOException("it is read-only");
            }
            return folder.toAbsolutePath().normalize();
        } catch (IOException e) {
            throw new CliException(
                    "folder " + folder + " can't be used for data: " + e.getMessage()
                            + "; name a folder that you may write to with --data DIR",
                    e);
        }
    }

    /** Writes a file that only its owner can read, whole or not at all. */
    public static void writePrivately(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(temporary, text);
        Files.move(
                temporary,
                file,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
