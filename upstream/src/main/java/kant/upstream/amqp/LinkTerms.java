package kant.upstream.amqp;

import java.util.HashMap;
import java.util.Map;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.transport.ReceiverSettleMode;
import org.apache.qpid.protonj2.types.transport.SenderSettleMode;

/**
 * How a client of IoT Hub attaches a link (device-protocols.md §3.3): address, settle modes, properties.
 *
 * @param product the value of {@code com.microsoft:client-version}
 */
record LinkTerms(String product) {
    static final Symbol API_VERSION = Symbol.valueOf("com.microsoft:api-version");
    static final Symbol CLIENT_VERSION = Symbol.valueOf("com.microsoft:client-version");
    static final Symbol CHANNEL = Symbol.valueOf("com.microsoft:channel-correlation-id");
    static final Symbol AUTH_CHAIN = Symbol.valueOf("com.microsoft:auth-chain");

    /** Understood by every IoT Hub, and the newest that is not a preview. */
    private static final String VERSION = "2021-04-12";

    /** Properties of a link besides the usual ones. */
    record Extra(String channel, String authChain) {
        static final Extra NONE = new Extra("", "");
    }
}
