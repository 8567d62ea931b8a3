package kant.edgedaemon.management;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import kant.daemonapi.management.LogFrames;
import kant.daemonapi.management.ModuleDetails;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.LogQuery;
import kant.edgedaemon.engine.Modules;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What somebody who looks for a fault wants to see, as one zip archive: {@code systeminfo.json}, {@code resources.json}, and for each
 * module {@code logs/<module>_log.txt} and {@code inspect/<module>.json}. What cannot be had is there as {@code …_err.txt}, with the
 * reason. Nothing of it is a key or an environment variable; what modules write to their logs is theirs.
 *
 * <p>The archive is made while it is read, so that it costs neither disk nor memory.
 */
final class SupportBundle {
    private static final Logger log = LoggerFactory.getLogger(SupportBundle.class);

    /** Of each module's log; the engines bound their logs themselves, at about as much. */
    private static final long MOST_LOG_BYTES = 32L << 20;

    private static final int PIPE_BYTES = 64 * 1024;
    private static final Set<String> RUNTIME = Set.of("edgeAgent", "edgeHub");

    /** Labels in which an agent keeps what it was told: values of variables and options may be secrets. */
    private static final List<String> SECRET_LABELS = List.of(".env", ".create-options");

    private final Modules modules;
    private final SystemFacts facts;
    private final Tasks tasks;

    /**
     * What is wanted.
     *
     * @param since null for the beginning of the logs
     * @param until null for the present moment
     * @param runtimeOnly only agent and hub, no other module
     */
    record Wanted(@Nullable Instant since, @Nullable Instant until, boolean runtimeOnly) {}

    SupportBundle(Modules modules, SystemFacts facts, Tasks tasks) {
        this.modules = modules;
        this.facts = facts;
        this.tasks = tasks;
    }

    /** The archive's bytes; closing them early ends its making. */
    InputStream open(Wanted wanted) throws IOException {
        var in = new PipedInputStream(PIPE_BYTES);
        var out = new PipedOutputStream(in);
        tasks.spawn("support-bundle", () -> {
            try (out) {
                write(wanted, out);
            } catch (IOException e) {
                log.atWarn().addKeyValue("reason", e.getMessage()).log("support bundle was not finished");
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // the daemon stops
            }
        });
        return in;
    }

    private void write(Wanted wanted, OutputStream out) throws IOException, InterruptedException {
        var zip = new ZipOutputStream(out, StandardCharsets.UTF_8);
        json(zip, "systeminfo", facts::info);
        json(zip, "resources", () -> facts.resources(modules));
        for (ModuleDetails module : modules.list()) {
            if (!wanted.runtimeOnly() || RUNTIME.contains(module.name())) {
                json(zip, "inspect/" + module.name(), () -> withoutSecrets(module));
                log(zip, module.name(), wanted);
            }
        }
        zip.finish();
    }

    private interface Source {
        JsonNode read() throws IOException, InterruptedException;
    }

    private static void json(ZipOutputStream zip, String name, Source source) throws IOException, InterruptedException {
        JsonNode json;
        try {
            json = source.read();
        } catch (IOException e) {
            entry(zip, name + "_err.txt", String.valueOf(e.getMessage()));
            return;
        }
        entry(zip, name + ".json", json.toPrettyString());
    }

    private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private void log(ZipOutputStream zip, String module, Wanted wanted) throws IOException {
        zip.putNextEntry(new ZipEntry("logs/" + module + "_log.txt"));
        String problem = copyLog(module, wanted, zip);
        zip.closeEntry();
        if (!problem.isEmpty()) {
            entry(zip, "logs/" + module + "_err.txt", problem);
        }
    }

    /** Returns what the engine has against it, empty for nothing; what the reader of the archive has against it is thrown. */
    private String copyLog(String module, Wanted wanted, OutputStream out) throws IOException {
        long left = MOST_LOG_BYTES;
        try (InputStream log = modules.logs(module, new LogQuery(false, null, wanted.since(), wanted.until(), true))) {
            var frames = new LogFrames(log);
            for (LogFrames.Frame frame = next(frames); frame != null && left > 0; frame = next(frames)) {
                out.write(frame.bytes());
                left -= frame.bytes().length;
            }
            return "";
        } catch (EngineException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static LogFrames.@Nullable Frame next(LogFrames frames) throws EngineException {
        try {
            return frames.next();
        } catch (IOException e) {
            throw EngineException.failed("the log cannot be read: " + e.getMessage(), e);
        }
    }

    private static JsonNode withoutSecrets(ModuleDetails module) {
        ObjectNode json = module.toJson();
        JsonNode labels = json.at("/config/settings/createOptions/Labels");
        if (labels instanceof ObjectNode named) {
            for (String name :
                    named.properties().stream().map(Map.Entry::getKey).toList()) {
                if (SECRET_LABELS.stream().anyMatch(name::endsWith)) {
                    named.put(name, "(left out)");
                }
            }
        }
        return json;
    }
}
