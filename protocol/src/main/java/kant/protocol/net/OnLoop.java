package kant.protocol.net;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Read by people: only the channel's own event loop touches what carries this. */
@Retention(RetentionPolicy.SOURCE)
public @interface OnLoop {}
