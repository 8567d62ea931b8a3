/**
 * Deployments. To one device: {@link kant.iothub.deploy.ConfigurationContent} is the body of {@code applyConfigurationContent},
 * {@link kant.iothub.deploy.Deployer} writes it to the twins. Automatic and layered: {@link kant.iothub.deploy.Configurations}
 * keeps the {@link kant.iothub.deploy.Configuration}s, {@link kant.iothub.deploy.Selection} says which of them a device gets,
 * {@link kant.iothub.deploy.LayeredContent} what they make together, and {@link kant.iothub.deploy.Rollout} brings the devices
 * there, in the background.
 */
@NullMarked
package kant.iothub.deploy;

import org.jspecify.annotations.NullMarked;
