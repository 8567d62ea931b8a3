/**
 * Deployments to one device: {@link kant.iothub.deploy.ConfigurationContent} is the body of {@code applyConfigurationContent},
 * {@link kant.iothub.deploy.Deployer} writes it to the twins. Automatic and layered deployments are not here yet.
 */
@NullMarked
package kant.iothub.deploy;

import org.jspecify.annotations.NullMarked;
