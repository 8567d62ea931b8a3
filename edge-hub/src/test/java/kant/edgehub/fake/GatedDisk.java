package kant.edgehub.fake;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kant.world.Disk;

/** A disk whose syncs wait while its gate is shut. */
public final class GatedDisk {
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch arrived = new CountDownLatch(1);

    /** The disk that a store is given. */
    public Disk over(Disk disk) {
        return wrap(Disk.class, disk);
    }

    public void shut() {
        gate = new CountDownLatch(1);
        arrived = new CountDownLatch(1);
    }

    public void open() {
        gate.countDown();
    }

    /** Waits until somebody stands at the gate. */
    public void awaitSync() throws InterruptedException {
        if (!arrived.await(15, TimeUnit.SECONDS)) {
            throw new AssertionError("nothing was synced");
        }
    }

    // A proxy, so that this test does not grow with the interface.
    private <T> T wrap(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    if (method.getName().equals("sync")) {
                        pass();
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        return result instanceof Disk.File file ? wrap(Disk.File.class, file) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private void pass() throws IOException {
        arrived.countDown();
        try {
            if (!gate.await(30, TimeUnit.SECONDS)) {
                throw new IOException("the test forgot to open the gate");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
