package kant.iothub.registry;

import kant.model.identity.IdentityId;

/** Told of changes that concern connected clients, in the order of the commits; must not block. */
public interface RegistryListener {

    /** What the identity proves itself with, or whether it may connect at all, is not what it was; for a device also its modules. */
    void credentialsChanged(IdentityId id);

    /** The device is below other edge devices than it was. */
    void moved(IdentityId id);

    /** The identity is gone; for a device also its modules. */
    void removed(IdentityId id);
}
