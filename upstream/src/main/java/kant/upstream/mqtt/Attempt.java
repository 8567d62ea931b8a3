package kant.upstream.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.upstream.Access;
import kant.upstream.ParentConfig;
import kant.upstream.dial.Dial;
import kant.upstream.dial.Dialler;
import kant.upstream.dial.Peer;
import kant.world.Tasks.Cancellable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One try to connect an identity: a token and the parent's address, for which it blocks a virtual thread, then the channel
 * and the login on the event loop. Once connected, it is the handle by which the connection is closed. All but {@link
 * #prepare} runs on the event loop.
 */
final class Attempt {
    private static final Logger log = LoggerFactory.getLogger(Attempt.class);

    /** The largest packet from a parent: a message, its topic, and the few bytes around them. */
    private static final int LARGEST_PACKET = Message.MAX_BYTES + 65_535 + 16;

    /** Only a server reads client ids; the decoder wants a limit all the same. */
    private static final int LONGEST_CLIENT_ID = 1024;

    private final LinkParts parts;
    private final IdentityId id;
    private final Access access;
    private final EventLoop loop;
    private final MqttConnection.Owner owner;
    private final int number;

    private boolean dropped;
    private @Nullable Cancellable preparing;
    private @Nullable Dial dial;
    private @Nullable MqttConnection connection;

    /** @param number picks one of the parent's addresses in turn */
    Attempt(LinkParts parts, Access access, EventLoop loop, MqttConnection.Owner owner, int number) {
        this.parts = parts;
        this.access = access;
        id = access.id();
        this.loop = loop;
        this.owner = owner;
        this.number = number;
    }

    void start() {
        preparing = parts.tasks().spawn("connect " + id, this::prepare);
    }

    /** Calls it off, or closes what has come of it; its owner hears nothing any more. */
    void drop() {
        dropped = true;
        if (preparing != null) {
            preparing.cancel();
        }
        if (connection != null) {
            connection.close();
        } else if (dial != null) {
            dial.close();
        }
    }

    /** What has come of it so far; null before the channel is open. */
    @Nullable
    MqttConnection connection() {
        return connection;
    }

    /** On a virtual thread. */
    private void prepare() {
        ParentConfig parent = parts.dialler().parent();
        try {
            Peer peer = address();
            if (peer == null) {
                return;
            }
            String token = access.tokens().token(parent.audience(access.signer()));
            Login login = Login.of(access, parent.hostName(), parts.config().product(), token);
            onLoop(() -> dial(peer, login));
        } catch (IOException | RefusedException e) {
            onLoop(() -> failed("no token: " + e.getMessage()));
        } catch (RuntimeException e) {
            log.atError().addKeyValue("identity", id).setCause(e).log("preparing a connection failed by a bug");
            onLoop(() -> failed("preparing the connection failed: " + e));
        }
    }

    /** Where to dial; null where that is not known, and the attempt has failed. */
    private @Nullable Peer address() {
        try {
            return parts.dialler().resolve(parts.transport(), number);
        } catch (IOException e) {
            onLoop(() -> unreached(String.valueOf(e.getMessage())));
            return null;
        }
    }

    private void dial(Peer peer, Login login) {
        if (dropped) {
            return;
        }
        dial = parts.dialler().dial(loop, parts.transport(), peer, new Dialler.Caller() {
            @Override
            public void assemble(Channel open) {
                Attempt.this.assemble(open, login);
            }

            @Override
            public void unreached(String reason) {
                Attempt.this.unreached(reason);
            }

            @Override
            public void failed(String reason) {
                Attempt.this.failed(reason);
            }
        });
    }

    private void assemble(Channel open, Login login) {
        var mqtt = new MqttConnection(open, id, login, parts.config(), parts.budget(), owner);
        connection = mqtt;
        open.pipeline()
                .addLast(new MqttDecoder(LARGEST_PACKET, LONGEST_CLIENT_ID))
                .addLast(MqttEncoder.INSTANCE)
                .addLast(mqtt);
    }

    private void unreached(String reason) {
        if (!dropped) {
            owner.unreached(reason);
        }
    }

    private void failed(String reason) {
        if (dropped) {
            return;
        }
        if (connection != null) {
            connection.fail(reason);
        } else {
            owner.lost(reason);
        }
    }

    private void onLoop(Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException _) {
            // the program has stopped its event loops: there is nobody left to connect for
        }
    }
}
