/**
 * TLS for listeners and dialers, PEM text, and a small certificate authority. Start with {@link kant.protocol.tls.ServerTls}.
 * Engines are BoringSSL's where netty-tcnative loads (a quarter of the CPU per handshake), else the JDK's. A client's
 * certificate is asked for and never judged here: that is the authenticator's work.
 */
@NullMarked
package kant.protocol.tls;

import org.jspecify.annotations.NullMarked;
