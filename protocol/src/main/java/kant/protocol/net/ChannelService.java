package kant.protocol.net;

import io.netty.channel.Channel;

/** A protocol's server side for one channel, whatever carries its bytes: TLS alone, or WebSocket frames. */
public interface ChannelService {

    /**
     * Adds its handlers at the end of the channel's pipeline. What stands before them yields and takes plain bytes; the channel
     * is active already where it was upgraded. Called on the channel's event loop.
     */
    void serve(Channel channel);
}
