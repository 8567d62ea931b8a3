package kant.upstream.dial;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds addresses of names, and remembers them: while the network is away so are its name servers, and a resolver may take
 * half a minute to say so. Once a name was found, an attempt waits for news a moment only, and then dials what is known. Asks
 * for one name once at a time.
 */
final class Addresses implements Peer.Lookup {
    private static final Duration NEWS = Duration.ofSeconds(1);

    private final Executor executor;
    private final Map<String, InetAddress[]> known = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<InetAddress[]>> asking = new ConcurrentHashMap<>();

    /** @param executor where lookups block */
    Addresses(Executor executor) {
        this.executor = executor;
    }

    @Override
    public InetAddress of(String name, int attempt) throws UnknownHostException {
        InetAddress[] all = all(name);
        return all[Math.floorMod(attempt, all.length)];
    }

    private InetAddress[] all(String name) throws UnknownHostException {
        InetAddress[] before = known.get(name);
        CompletableFuture<InetAddress[]> news =
                asking.computeIfAbsent(name, _ -> CompletableFuture.supplyAsync(() -> lookUp(name), executor));
        try {
            if (before == null) {
                return news.get();
            }
            return news.get(NEWS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            if (before != null) {
                return before;
            }
            throw unknown(name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(name, e);
        }
    }

    private InetAddress[] lookUp(String name) {
        try {
            InetAddress[] all = InetAddress.getAllByName(name);
            known.put(name, all);
            return all;
        } catch (UnknownHostException e) {
            throw new CompletionException(e);
        } finally {
            asking.remove(name);
        }
    }

    private static UnknownHostException unknown(String name, Exception cause) {
        var failure = new UnknownHostException(name);
        failure.initCause(cause);
        return failure;
    }
}
