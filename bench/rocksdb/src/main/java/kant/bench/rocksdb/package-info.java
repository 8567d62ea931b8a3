/** RocksDB under the senders of {@code bench/store}, found as a service where it has been built. */
@org.jspecify.annotations.NullMarked
package kant.bench.rocksdb;
