package kant.protocol.amqp;

import java.util.Map;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.protocol.amqp.wire.Conditions;
import kant.protocol.amqp.wire.WireNames;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.LinkState;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.messaging.Terminus;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;
import org.jspecify.annotations.Nullable;

/** Opening, refusing and closing links whose peer may have gone in the meantime. */
final class Links {
    private Links() {}

    /** Whether something can still be written on a link. */
    static boolean isUsable(Link<?> link) {
        return link.isLocallyOpen() && isWanted(link);
    }

    /** Whether the peer still wants a link that may not be open on our side yet. */
    static boolean isWanted(Link<?> link) {
        return !link.isLocallyClosedOrDetached()
                && !link.isRemotelyClosedOrDetached()
                && link.getSession().isLocallyOpen()
                && !link.getSession().isRemotelyClosed()
                && link.getConnection().isLocallyOpen()
                && !link.getConnection().isRemotelyClosed()
                && link.getEngine().isRunning();
    }

    /** Answers an attach. The limit on sizes is never left out: some clients read an absent one as 0. */
    static void open(Link<?> link, SenderSettleMode sends, ReceiverSettleMode receives) {
        Terminus target = link.getRemoteTarget();
        link.setSource(link.getRemoteSource());
        if (target instanceof Target plain) {
            link.setTarget(plain);
        }
        link.setSenderSettleMode(sends);
        link.setReceiverSettleMode(receives);
        link.setMaxMessageSize(UnsignedLong.valueOf(WireNames.MAX_MESSAGE_BYTES));
        link.open();
    }

    /** The settle mode that the peer asked for; where it named none, mixed as AMQP 1.0 §2.7.3 has it. */
    static SenderSettleMode sendsAsAsked(Link<?> link) {
        SenderSettleMode asked = link.getRemoteSenderSettleMode();
        return asked == null ? SenderSettleMode.MIXED : asked;
    }

    /** Answers an attach with no: an attach that leads nowhere, then a detach that says why (AMQP 1.0 §2.6.3). */
    static void refuse(Link<?> link, Refusal refusal) {
        refuse(link, Conditions.of(refusal));
    }

    static void refuse(Link<?> link, ErrorCondition condition) {
        if (link.getState() == LinkState.IDLE && isWanted(link)) {
            link.open();
            close(link, condition);
        }
    }

    /** Ends a link for a reason of ours. */
    static void close(Link<?> link, ErrorCondition condition) {
        if (isUsable(link)) {
            link.setCondition(condition);
            link.close();
        }
    }

    /** Answers the peer's end of a link. */
    static void answerEnd(Link<?> link) {
        if (!link.isLocallyOpen() || !link.getEngine().isRunning()) {
            return;
        }
        if (link.isRemotelyDetached()) {
            link.detach();
        } else {
            link.close();
        }
    }

    /** The address that the peer names: the source where it receives, the target where it sends. */
    static @Nullable String address(Link<?> link) throws RefusedException {
        if (link.isSender()) {
            Source source = link.getRemoteSource();
            return source == null ? null : source.getAddress();
        }
        Terminus terminus = link.getRemoteTarget();
        if (terminus != null && !(terminus instanceof Target)) {
            throw new RefusedException(new Refusal.Invalid("there are no transactions here"));
        }
        return terminus instanceof Target target ? target.getAddress() : null;
    }

    /** A property of the peer's attach as text, empty where there is none. */
    static String property(Link<?> link, String name) {
        Map<Symbol, Object> properties = link.getRemoteProperties();
        Object value = properties == null ? null : properties.get(Symbol.valueOf(name));
        return value == null ? "" : value.toString();
    }
}
