package kant.edgeagent.logs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes lines in the form that was asked for. */
public sealed interface LogWriter extends ModuleLogs.Sink, AutoCloseable {

    /** Ends what was written, and the stream below. */
    @Override
    void close() throws IOException;

    /** As the modules wrote them; with the engine's time before each where the lines have one. */
    static LogWriter text(OutputStream out) {
        return new Text(out);
    }

    /**
     * One JSON array.
     *
     * @param iotHub host name of the hub
     * @param module in whose name the lines are written
     */
    static LogWriter json(OutputStream out, String iotHub, String device, String module) throws IOException {
        return new Json(out, iotHub, device, module);
    }

    /** {@link #text}. */
    record Text(OutputStream out) implements LogWriter {
        @Override
        public void line(LogLine line) throws IOException {
            String time = line.time() == null ? "" : line.time() + " ";
            out.write((time + line.whole() + "\n").getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** {@link #json}. */
    final class Json implements LogWriter {
        private static final JsonFactory FACTORY = new JsonFactory();

        private final String iotHub;
        private final String device;
        private final String module;
        private final JsonGenerator json;

        private Json(OutputStream out, String iotHub, String device, String module) throws IOException {
            this.iotHub = iotHub;
            this.device = device;
            this.module = module;
            json = FACTORY.createGenerator(out);
            json.writeStartArray();
        }

        @Override
        public void line(LogLine line) throws IOException {
            json.writeStartObject();
            json.writeStringField("iothub", iotHub);
            json.writeStringField("device", device);
            json.writeStringField("id", module);
            json.writeStringField("stream", line.stream().name().toLowerCase(Locale.ROOT));
            json.writeNumberField("loglevel", line.level());
            json.writeStringField("text", line.text());
            json.writeStringField("timestamp", line.time());
            json.writeEndObject();
        }

        @Override
        public void close() throws IOException {
            json.writeEndArray();
            json.close();
        }
    }
}
