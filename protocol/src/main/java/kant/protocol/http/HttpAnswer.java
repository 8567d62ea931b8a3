package kant.protocol.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.error.Refusal;

/**
 * One answer; {@code content-length}, {@code connection} and {@code date} are the server's business.
 *
 * @param body not copied, must not change
 */
public record HttpAnswer(int status, Map<String, String> headers, byte[] body) {

    public HttpAnswer {
        headers = Map.copyOf(headers);
    }

    /** A status with no body. */
    public static HttpAnswer of(int status) {
        return new HttpAnswer(status, Map.of(), new byte[0]);
    }

    /** A body of JSON text. */
    public static HttpAnswer json(int status, String json) {
        return json(status, json.getBytes(StandardCharsets.UTF_8));
    }

    /** A body of JSON bytes. */
    public static HttpAnswer json(int status, byte[] json) {
        return new HttpAnswer(status, Map.of("content-type", "application/json; charset=utf-8"), json);
    }

    /** A body of plain text. */
    public static HttpAnswer text(int status, String text) {
        return new HttpAnswer(
                status, Map.of("content-type", "text/plain; charset=utf-8"), text.getBytes(StandardCharsets.UTF_8));
    }

    /** A refusal in IoT Hub's form: the code's name in a header and in a body that is never empty (device-protocols.md §4.6). */
    public static HttpAnswer refused(Refusal refusal) {
        return HttpRefusals.answer(refusal);
    }

    /** The same form for a code that no {@link Refusal} has. */
    public static HttpAnswer refused(int status, String code, String reason) {
        return HttpRefusals.answer(status, code, reason);
    }

    /** The same with one more header. */
    public HttpAnswer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name.toLowerCase(java.util.Locale.ROOT), value);
        return new HttpAnswer(status, more, body);
    }
}
