package kant.protocol.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.Deque;
import kant.model.auth.Credential;
import kant.model.error.RefusedException;
import kant.protocol.head.Ending;
import kant.protocol.head.Failures;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.head.TokenWatch;
import kant.protocol.net.Carrier;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.OnLoop;
import kant.protocol.net.Strangers;
import kant.protocol.net.Writes;
import kant.protocol.port.Session;
import kant.protocol.tls.ClientCertificates;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection, owned by its event loop.
 *
 * <pre>
 * state     event                        does                                          next
 * WAITING   CONNECT                      asks the hub for a session                    OPENING
 * OPENING   any packet                   holds it                                      OPENING
 * OPENING   session                      CONNACK 0, then what was held                 OPEN
 * OPENING   refusal, no answer in time   CONNACK 3 or 5                                CLOSED
 * OPEN      packet                       {@link OpenClient}                            OPEN
 * OPEN      DISCONNECT                   forgets the will                              CLOSED
 * any       anything else                one log line; sends the will where OPEN       CLOSED
 * </pre>
 */
@OnLoop
final class MqttConnection extends ChannelInboundHandlerAdapter implements OpenClient.Owner {
    private static final MqttConnectReturnCode UNAVAILABLE =
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;

    private final HeadContext head;
    private final Channel channel;

    // for the connection
    private final Deque<MqttMessage> held = new ArrayDeque<>();
    private Phase phase = Phase.WAITING;
    private boolean handling;

    /** More packets of the same piece of the stream may come. */
    private boolean reading;

    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> stall;

    // for the session
    private @Nullable ConnectRequest request;
    private @Nullable MqttClientLink link;
    private @Nullable OpenClient client;
    private @Nullable TokenWatch watch;

    private enum Phase {
        WAITING,
        OPENING,
        OPEN,
        CLOSED
    }

    MqttConnection(HeadContext head, Channel channel) {
        this.head = head;
        this.channel = channel;
    }

    // ---- what Netty tells

    /** Also the beginning of a connection that was something else before: a WebSocket. */
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (channel.isActive()) {
            awaitConnect();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        awaitConnect();
        context.fireChannelActive();
    }

    private void awaitConnect() {
        if (deadline == null) {
            deadline = ChannelTasks.after(
                    channel,
                    head.config().limits().connectArrival(),
                    () -> close(Ending.overdue("no CONNECT came in time")));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof MqttMessage packet) || phase == Phase.CLOSED) {
            ReferenceCountUtil.release(message);
            return;
        }
        held.add(packet);
        reading = true;
        resume();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        pause();
        context.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        cancel(stall);
        stall = null;
        if (channel.isWritable()) {
            drain();
        } else if (phase != Phase.CLOSED) {
            stall = ChannelTasks.after(
                    channel,
                    head.config().limits().stalled(),
                    () -> close(Ending.overdue("the client does not read what it is sent")));
        }
        resume();
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && !isPaused()) {
            close(Ending.overdue("the client was silent for longer than its keep-alive allows"));
        } else if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            close(channel.isActive() ? Ending.of(handshake.cause()) : Ending.gone("during the TLS handshake"));
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        close(Ending.gone("without DISCONNECT"));
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        close(Ending.of(failure));
    }

    // ---- packets

    /** Handles what was held until the client has to wait again, and reads on or stops reading accordingly. */
    @Override
    public void resume() {
        if (handling) {
            return; // called from within a packet's handling: the loop below goes on after it
        }
        handling = true;
        try {
            while (!held.isEmpty() && !isPaused()) {
                take(held.remove());
            }
        } finally {
            handling = false;
        }
        if (!reading) {
            pause();
        }
        if (phase != Phase.CLOSED) {
            channel.config().setAutoRead(!isPaused());
        }
    }

    private void pause() {
        if (client != null && phase == Phase.OPEN) {
            client.pause();
        }
    }

    private boolean isPaused() {
        return switch (phase) {
            case WAITING -> false;
            case OPENING -> true;
            case OPEN -> client != null && client.isBusy();
            case CLOSED -> true;
        };
    }

    private void take(MqttMessage packet) {
        try {
            handle(packet);
        } catch (ProtocolViolation violation) {
            close(Ending.violation(violation.what()));
        } catch (RuntimeException bug) {
            close(Ending.bug(bug));
        } finally {
            ReferenceCountUtil.release(packet);
        }
    }

    private void handle(MqttMessage packet) throws ProtocolViolation {
        if (packet.decoderResult().isFailure()) {
            undecodable(packet.decoderResult().cause());
        } else if (packet.fixedHeader().messageType() == MqttMessageType.DISCONNECT && phase == Phase.OPEN) {
            leave();
        } else if (client != null) {
            client.handle(packet);
        } else if (packet instanceof MqttConnectMessage connect) {
            connect(connect);
        } else {
            throw new ProtocolViolation(
                    "the first packet is " + packet.fixedHeader().messageType() + ", not CONNECT");
        }
    }

    private void undecodable(Throwable cause) throws ProtocolViolation {
        if (phase == Phase.WAITING && cause instanceof MqttUnacceptableProtocolVersionException) {
            refuse(
                    MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
                    "this MQTT version is not spoken here, only 3.1.1");
            return;
        }
        throw new ProtocolViolation("a packet cannot be decoded: " + cause.getMessage());
    }

    private void leave() {
        request = request == null ? null : request.withoutWill();
        close(Ending.gone("DISCONNECT"));
    }

    // ---- opening

    private void connect(MqttConnectMessage packet) {
        try {
            open(ConnectRequest.read(packet, ClientCertificates.of(channel), Carrier.of(channel)));
        } catch (ConnectRefused refused) {
            refuse(refused.code(), refused.reason());
        }
    }

    private void open(ConnectRequest wanted) throws ConnectRefused {
        if (!head.admission().enter(wanted.client().identity())) {
            throw new ConnectRefused(
                    UNAVAILABLE, "all " + head.config().maxConnections() + " places for clients are taken");
        }
        request = wanted;
        phase = Phase.OPENING;
        cancel(deadline);
        deadline = ChannelTasks.after(
                channel, head.config().limits().opening(), () -> refuse(UNAVAILABLE, "the hub did not answer in time"));
        var hubsWay = new MqttClientLink(
                channel, head.config().limits().window(), this::drain, reason -> close(Ending.byHub(reason)));
        link = hubsWay;
        var _ = head.hub()
                .open(wanted.credential(), wanted.client(), hubsWay)
                .whenComplete((session, failure) -> ChannelTasks.run(channel, () -> {
                    if (failure == null) {
                        opened(session, wanted, hubsWay);
                    } else {
                        notOpened(Failures.cause(failure));
                    }
                }));
    }

    private void opened(Session session, ConnectRequest wanted, MqttClientLink hubsWay) {
        if (phase != Phase.OPENING) {
            session.close(); // the client has gone in the meantime
            return;
        }
        cancel(deadline);
        phase = Phase.OPEN;
        Strangers.admit(channel);
        var opened = new OpenClient(channel, session, hubsWay, head.config().limits(), memory(wanted), this);
        client = opened;
        Writes.write(
                channel,
                MqttMessageBuilders.connAck()
                        .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                        .sessionPresent(opened.isResumed())
                        .build());
        KeepAlive.watch(
                channel, wanted.keepAliveSeconds(), head.config().limits().keepAlive());
        watchToken(wanted.credential());
        opened.drain();
        resume();
        channel.flush();
    }

    private @Nullable SessionMemory memory(ConnectRequest wanted) {
        if (wanted.client().persistent()) {
            return head.memory();
        }
        head.memory().forget(wanted.client().identity());
        return null;
    }

    private void notOpened(Throwable cause) {
        if (phase != Phase.OPENING) {
            return;
        }
        if (cause instanceof RefusedException e) {
            refuse(Refusals.onWire(e).connack(), e.refusal().reason());
        } else {
            answer(UNAVAILABLE);
            end(Ending.bug(cause));
        }
    }

    private void watchToken(Credential credential) {
        if (credential instanceof Credential.Token(var token)) {
            watch = new TokenWatch(
                    channel,
                    head.time(),
                    token,
                    head.config().tokenSkew(),
                    () -> close(Ending.overdue("the client's token expired at " + token.expires())));
            watch.look();
        }
    }

    private void drain() {
        if (client != null && phase == Phase.OPEN) {
            client.drain();
        }
    }

    // ---- closing

    @Override
    public void refused(Throwable failure) {
        close(Refusals.untaken(failure));
    }

    private void refuse(MqttConnectReturnCode code, String reason) {
        if (phase != Phase.CLOSED) {
            answer(code);
            end(Refusals.refused(code, reason));
        }
    }

    /** Closes when the client has been told. */
    private void answer(MqttConnectReturnCode code) {
        channel.writeAndFlush(MqttMessageBuilders.connAck()
                        .returnCode(code)
                        .sessionPresent(false)
                        .build())
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void close(Ending ending) {
        if (phase != Phase.CLOSED) {
            end(ending);
            Writes.close(channel);
        }
    }

    private void end(Ending ending) {
        phase = Phase.CLOSED;
        head.log().write(ending, String.valueOf(channel.remoteAddress()), name());
        cancel(deadline);
        cancel(stall);
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        endSession();
        if (request != null) {
            head.admission().leave(request.client().identity());
        }
    }

    private void endSession() {
        if (watch != null) {
            watch.close();
        }
        if (link != null) {
            link.closed();
        }
        if (client != null) {
            if (request != null && request.will() != null) {
                client.send(request.will());
            }
            client.close();
        }
    }

    /** Who the client says it is, for the log. */
    private String name() {
        return request == null ? "" : request.client().identity().text();
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
