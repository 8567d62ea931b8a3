package kant.daemonapi.unix;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The three ways an HTTP/1.1 body ends: after a count, after the last chunk, with the connection. */
final class BodyStreams {
    private static final int MAX_CHUNK_LINE = 1024;

    private BodyStreams() {}

    /** A body of exactly this many bytes; an earlier end is an error. */
    static final class Counted extends FilterInputStream {
        private long left;

        Counted(InputStream in, long length) {
            super(in);
            left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(b, off, (int) Math.min(len, left));
            if (n < 0) {
                throw new EOFException("the answer ended " + left + " bytes early");
            }
            left -= n;
            return n;
        }
    }

    /** A body in chunks; trailers are read and ignored. */
    static final class Chunked extends FilterInputStream {
        private long left;
        private boolean first = true;
        private boolean ended;

        Chunked(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            if (left == 0 && !ended) {
                nextChunk();
            }
            if (ended) {
                return -1;
            }
            int n = in.read(b, off, (int) Math.min(len, left));
            if (n < 0) {
                throw new EOFException("the answer ended inside a chunk");
            }
            left -= n;
            return n;
        }

        private void nextChunk() throws IOException {
            if (!first) {
                line(in); // the line end after the chunk's bytes
            }
            first = false;
            String size = line(in).split(";", 2)[0].strip();
            try {
                left = Long.parseLong(size, 16);
            } catch (NumberFormatException e) {
                throw new IOException("the answer has a malformed chunk size", e);
            }
            if (left == 0) {
                ended = true;
                while (!line(in).isEmpty()) {
                    // a trailer, which carries nothing for us
                }
            }
        }
    }

    /** One line without its end, bounded. */
    static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the answer ended inside a line");
            }
            if (c != '\r') {
                line.append((char) c);
            }
            if (line.length() > MAX_CHUNK_LINE * 8) {
                throw new IOException("the answer has a line longer than " + MAX_CHUNK_LINE * 8 + " bytes");
            }
        }
        return line.toString();
    }
}
