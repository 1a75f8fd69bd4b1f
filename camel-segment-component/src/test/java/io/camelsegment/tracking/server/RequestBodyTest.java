package io.camelsegment.tracking.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.camelsegment.delivery.MemoryBudget;
import io.camelsegment.testing.RawHttp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body costs the bytes that were sent, in memory and in copies. */
class RequestBodyTest {

    private static final int MAX_BYTES = 500_000;

    private final MemoryBudget budget = new MemoryBudget(10_000_000);
    private final RequestMemory memory = new RequestMemory(budget, System::nanoTime);

    private RequestBody body(Map<String, String> headers) {
        HttpServerRequest request = (HttpServerRequest) Proxy.newProxyInstance(
                HttpServerRequest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, method, arguments) -> headers.get(arguments[0].toString()));
        return new RequestBody(request, memory);
    }

    private RequestBody declared(int length) {
        return body(Map.of("content-length", Integer.toString(length)));
    }

    private static byte[] json(int length) {
        byte[] json = new byte[length];
        Arrays.fill(json, (byte) ' ');
        json[0] = '{';
        json[length - 1] = '}';
        return json;
    }

    @SuppressWarnings("deprecation") // Vert.x' own servers make their chunks in this way
    private static Buffer chunk(ByteBuf bytes) {
        return Buffer.buffer(bytes);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyInOneChunkIsNotCopied(boolean declared) throws IOException {
        byte[] sent = json(1_200);
        RequestBody body = declared ? declared(sent.length) : body(Map.of());

        assertThat(body.append(chunk(Unpooled.wrappedBuffer(sent)), MAX_BYTES)).isTrue();

        assertThat(body.json(MAX_BYTES)).isSameAs(sent);
        assertThat(budget.heldBytes()).isEqualTo(1_200);
    }

    @Test
    void aChunkThatIsPartOfALargerArrayIsCopied() throws IOException {
        byte[] larger = json(2_000);
        RequestBody body = declared(1_000);

        assertThat(body.append(chunk(Unpooled.wrappedBuffer(larger, 0, 1_000)), MAX_BYTES))
                .isTrue();

        assertThat(body.json(MAX_BYTES)).isEqualTo(Arrays.copyOf(larger, 1_000)).isNotSameAs(larger);
    }

    @Test
    void aBodyOfDeclaredLengthIsCopiedOnce() throws IOException {
        byte[] sent = json(20_000);
        RequestBody body = declared(sent.length);
        for (int from = 0; from < sent.length; from += 4_000) {
            assertThat(body.append(Buffer.buffer(Arrays.copyOfRange(sent, from, from + 4_000)), MAX_BYTES))
                    .isTrue();
            assertThat(budget.heldBytes()).isEqualTo(20_000);
        }

        byte[] read = body.json(MAX_BYTES);
        assertThat(read).isEqualTo(sent);
        assertThat(body.json(MAX_BYTES))
                .as("no copy of an array of the right size")
                .isSameAs(read);
    }

    @Test
    void aDeclarationAloneHoldsNoMoreThanEightTimesTheBytesThatCame() {
        RequestBody body = declared(MAX_BYTES);

        assertThat(budget.heldBytes()).isZero();
        assertThat(body.append(Buffer.buffer("{"), MAX_BYTES)).isTrue();
        assertThat(budget.heldBytes()).isEqualTo(8);
        assertThat(body.append(Buffer.buffer(" ".repeat(99)), MAX_BYTES)).isTrue();
        assertThat(budget.heldBytes()).isEqualTo(800);

        body.release();
        assertThat(budget.heldBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 999, 1_000, 1_001, 4_096})
    void chunksWithoutADeclarationHoldAtMostTwiceTheBytesThatCame(int chunkBytes) throws IOException {
        byte[] sent = json(10_000);
        RequestBody body = body(Map.of());
        for (int from = 0; from < sent.length; from += chunkBytes) {
            byte[] chunk = Arrays.copyOfRange(sent, from, Math.min(sent.length, from + chunkBytes));
            assertThat(body.append(Buffer.buffer(chunk), MAX_BYTES)).isTrue();
            assertThat(budget.heldBytes()).isBetween((long) body.size(), 2L * body.size());
        }

        assertThat(body.json(MAX_BYTES)).isEqualTo(sent);
    }

    @Test
    void aFullMemoryTakesTheBytesButNotTheDeclaration() {
        budget.acquire(9_999_000);
        RequestBody body = declared(4_000);

        assertThat(body.append(Buffer.buffer(" ".repeat(800)), MAX_BYTES)).isTrue();
        assertThat(budget.heldBytes()).isEqualTo(9_999_800);
        assertThat(body.append(Buffer.buffer(" ".repeat(800)), MAX_BYTES)).isFalse();
        assertThat(budget.heldBytes()).isEqualTo(9_999_800);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, MAX_BYTES, MAX_BYTES + 1, Integer.MAX_VALUE, -1})
    void gzipWithAFalseLengthAtItsEndIsRefused(int told) {
        byte[] gzip = gzip("{\"userId\":\"u\"}");
        for (int i = 0; i < 4; i++) {
            gzip[gzip.length - 4 + i] = (byte) (told >>> (8 * i));
        }
        RequestBody body = body(Map.of("content-encoding", "gzip"));
        assertThat(body.append(Buffer.buffer(gzip), MAX_BYTES)).isTrue();

        assertThatThrownBy(() -> body.json(MAX_BYTES)).isInstanceOf(IOException.class);
    }

    @Test
    void gzipOfSeveralMembersIsReadAsOneText() throws IOException {
        byte[] first = gzip("{\"userId\":");
        byte[] second = gzip("\"u\"}");
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        RequestBody body = body(Map.of("content-encoding", "gzip"));
        assertThat(body.append(Buffer.buffer(both), MAX_BYTES)).isTrue();

        assertThat(new String(body.json(MAX_BYTES), StandardCharsets.US_ASCII)).isEqualTo("{\"userId\":\"u\"}");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 999, 1_000, 1_001, 100_000})
    void gzipIsReadUpToOneByteMoreThanTheLimit(int length) throws IOException {
        RequestBody body = body(Map.of("content-encoding", "gzip"));
        assertThat(body.append(
                        Buffer.buffer(gzip(new String(json(Math.max(2, length)), StandardCharsets.US_ASCII))),
                        1_000_000))
                .isTrue();

        assertThat(body.json(1_000)).hasSize(Math.min(1_001, Math.max(2, length)));
    }

    private static byte[] gzip(String text) {
        try {
            return RawHttp.gzip(RawHttp.utf8(text));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
