package kant.edgeagent.desired;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import kant.model.auth.SasToken;
import kant.upstream.TokenSource;
import kant.world.Time;

/** Tokens of the agent, signed by the daemon: the agent never sees its key. */
public final class WorkloadTokens implements TokenSource {
    private static final Duration LIFETIME = Duration.ofHours(1);

    private final Signer signer;
    private final Time time;

    public WorkloadTokens(Signer signer, Time time) {
        this.signer = signer;
        this.time = time;
    }

    /** The workload API's sign call: HMAC-SHA256 of the data with the module's key. */
    public interface Signer {
        byte[] sign(byte[] data) throws IOException;
    }

    @Override
    public String token(String audience) throws IOException {
        String resource = URLEncoder.encode(audience, StandardCharsets.UTF_8);
        String expiry = Long.toString(time.now().plus(LIFETIME).getEpochSecond());
        byte[] signature = signer.sign((resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
        return SasToken.text(resource, signature, expiry);
    }
}
