package kant.model.message;

import org.jspecify.annotations.Nullable;

/**
 * One message on its way to a client, settled by its id.
 *
 * @param id unique within the session
 * @param feature {@link Feature#INPUTS} or {@link Feature#CLOUD_TO_DEVICE}
 * @param input the input's name, null for cloud-to-device
 * @param deliveryCount 0 at the first try
 */
public record Delivery(long id, Feature feature, @Nullable String input, Message message, int deliveryCount) {}
