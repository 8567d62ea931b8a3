package kant.edgedaemon.provision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import kant.edgedaemon.disk.PrivateFiles;
import kant.world.FileDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceRecordTest {
    @TempDir
    Path folder;

    @Test
    void the_digest_is_that_of_the_vector() {
        assertThat(DeviceRecord.digest("hub.local", "gw-01")).isEqualTo("3FDu9u7leYPDRoAQrtY3ptraJYf1HW75p/EtqILAJ3g=");
    }

    @Test
    void only_another_device_or_hub_counts_as_a_change() throws IOException {
        var record = new DeviceRecord(new PrivateFiles(new FileDisk(folder)));
        assertThat(record.changed("hub.local", "gw-01")).isFalse();

        record.remember("hub.local", "gw-01");

        assertThat(record.changed("hub.local", "gw-01")).isFalse();
        assertThat(record.changed("hub.local", "gw-02")).isTrue();
        assertThat(record.changed("other.local", "gw-01")).isTrue();
    }
}
