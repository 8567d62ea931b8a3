package kant.upstream.mqtt;

import io.netty.handler.codec.mqtt.MqttMessageType;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;

/** What is sent with a packet id and done when its acknowledgement comes. */
sealed interface Request {

    CompletableFuture<Void> done();

    /** The packet that acknowledges it. */
    MqttMessageType answer();

    default void fail(Refusal refusal) {
        done().completeExceptionally(new RefusedException(refusal));
    }

    /** A message at QoS 1. */
    record Publish(String topic, byte[] payload, CompletableFuture<Void> done) implements Request {
        @Override
        public MqttMessageType answer() {
            return MqttMessageType.PUBACK;
        }
    }

    record Subscribe(List<String> filters, CompletableFuture<Void> done) implements Request {
        public Subscribe {
            filters = List.copyOf(filters);
        }

        @Override
        public MqttMessageType answer() {
            return MqttMessageType.SUBACK;
        }
    }

    record Unsubscribe(String filter, CompletableFuture<Void> done) implements Request {
        @Override
        public MqttMessageType answer() {
            return MqttMessageType.UNSUBACK;
        }
    }
}
