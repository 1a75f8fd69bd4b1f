package io.camelsegment.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.camelsegment.aws.client.Payload;
import io.camelsegment.delivery.PendingRecord;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/** A call ends whatever is thrown in it, and by an Error in such a way that it is not made again. */
class JvmErrorTest {

    private static final RecordResult DELIVERED = RecordResult.delivered("1");

    /** Where something is thrown. */
    private enum Place {
        CREDENTIALS,
        CREDENTIALS_LATER,
        MAKING_THE_CALL,
        CALL,
        READING_THE_ANSWER,
        CLASSIFIER,
        MAKING_A_SINGLE_CALL,
        SINGLE_CALL
    }

    private static List<PendingRecord> records(String... names) {
        return Stream.of(names)
                .map(name -> new PendingRecord(
                        name.getBytes(StandardCharsets.UTF_8), name.substring(0, 1), name.length(), false, null))
                .toList();
    }

    private static <T> CompletableFuture<T> failed(Throwable failure) {
        return CompletableFuture.failedFuture(failure);
    }

    private static List<Verdict> verdicts(CompletableFuture<List<RecordResult>> answer) {
        assertThat(answer).isDone();
        return answer.handle((results, error) -> error == null
                        ? results.stream().map(RecordResult::verdict).toList()
                        : List.of(ErrorClassifier.call(error, 1).verdict()))
                .join();
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void anErrorAnywhereInACallEndsIt(Place place) {
        Transport transport = new Transport(place, () -> new NoSuchFieldError("x"));

        assertThat(verdicts(transport.send(records("a", "b")))).containsOnly(Verdict.BROKEN);
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void anExceptionAnywhereInACallEndsItAsAPassingFault(Place place) {
        Transport transport = new Transport(place, () -> new IllegalStateException("x"));

        assertThat(verdicts(transport.send(records("a", "b")))).containsOnly(Verdict.RETRY);
    }

    @Test
    void anErrorBehindTheSdksExceptionIsAnErrorToo() {
        SdkClientException wrapped = SdkClientException.create("cannot send", new NoClassDefFoundError("x"));

        assertThat(ErrorClassifier.call(wrapped, 2).verdict()).isEqualTo(Verdict.BROKEN);
        assertThat(ErrorClassifier.call(wrapped, 2).errorCode()).isEqualTo("NoClassDefFoundError");
    }

    @Test
    void anErrorOfOneSinglePutEndsNoOther() {
        SinglePuts puts = new SinglePuts(records("a1", "b1", "a2"), record -> {
            if (record.data()[0] == 'a' && record.data()[1] == '1') {
                throw new NoSuchFieldError("x");
            }
            return CompletableFuture.completedFuture(DELIVERED);
        });

        assertThat(verdicts(puts.send())).containsExactly(Verdict.BROKEN, Verdict.DELIVERED, Verdict.DELIVERED);
    }

    @Test
    void anErrorOfThePackerEndsTheBatch() {
        Packer broken = events -> {
            throw new NoSuchFieldError("x");
        };

        var answer = pack(broken, request -> null);

        assertThat(answer).isCompletedExceptionally();
        assertThat(verdicts(answer)).containsExactly(Verdict.BROKEN);
    }

    @Test
    void anErrorOfUnpackingEndsItsEventsAndNotTheNextRequest() {
        List<PackedRecord> unpacked = new ArrayList<>();
        Packer packer = new Packer() {
            @Override
            public List<PackedRecord> pack(List<PendingRecord> events) {
                return oneEach(events);
            }

            @Override
            public CompletableFuture<List<RecordResult>> unpack(
                    List<PendingRecord> events, PackedRecord packed, RecordResult result) {
                unpacked.add(packed);
                if (unpacked.size() == 1) {
                    throw new NoSuchFieldError("x");
                }
                return Packer.super.unpack(events, packed, result);
            }
        };

        var answer = pack(packer, request -> CompletableFuture.completedFuture(List.of(DELIVERED)));

        assertThat(verdicts(answer)).containsExactly(Verdict.BROKEN, Verdict.DELIVERED, Verdict.DELIVERED);
    }

    @Test
    void anErrorOfALaterRequestKeepsTheResultsOfTheEarlier() {
        List<Integer> requests = new ArrayList<>();

        var answer = pack(JvmErrorTest::oneEach, request -> {
            requests.add(1);
            if (requests.size() == 2) {
                throw new NoSuchFieldError("x");
            }
            return CompletableFuture.completedFuture(List.of(DELIVERED));
        });

        assertThat(verdicts(answer)).containsExactly(Verdict.DELIVERED, Verdict.BROKEN, Verdict.DELIVERED);
    }

    private static List<PackedRecord> oneEach(List<PendingRecord> events) {
        List<PackedRecord> packed = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            packed.add(new PackedRecord(events.get(i), new int[] {i}, null));
        }
        return packed;
    }

    /** Packs three events, of which a request takes one. */
    private static CompletableFuture<List<RecordResult>> pack(
            Packer packer, Function<List<PendingRecord>, CompletableFuture<List<RecordResult>>> service) {
        try {
            return new PackingTransport(service::apply, packer, 1, 100, false).send(records("a", "b", "c"));
        } catch (Error e) { // to the sender the same
            return failed(e);
        }
    }

    /** Throws in one place, and is asked for single records where that is one of theirs. */
    private static final class Transport extends AwsTransport {

        private final Place place;
        private final Supplier<Throwable> thrown;

        Transport(Place place, Supplier<Throwable> thrown) {
            super("stream", "service:Put", new Credentials(place, thrown), Duration.ofSeconds(1), null);
            this.place = place;
            this.thrown = thrown;
        }

        private void throwIn(Place here) {
            if (place == here) {
                throwUnchecked(thrown.get());
            }
        }

        @Override
        protected BatchCall batchCall(List<PendingRecord> records) {
            return new BatchCall("Records", "Id", records.size()) {
                @Override
                public int mostBytes() {
                    return 0;
                }

                @Override
                public void write(Payload body) {
                    // nothing is sent
                }

                @Override
                List<RecordResult> results(ByteBuffer answer) {
                    throwIn(Place.READING_THE_ANSWER);
                    return records.stream().map(record -> DELIVERED).toList();
                }
            };
        }

        @Override
        protected CompletableFuture<ByteBuffer> putBatch(BatchCall batch, AwsCredentialsIdentity identity) {
            throwIn(Place.MAKING_THE_CALL);
            return switch (place) {
                case CALL -> failed(thrown.get());
                case CLASSIFIER -> failed(new IllegalStateException("to be classified"));
                case MAKING_A_SINGLE_CALL, SINGLE_CALL ->
                    failed(AwsServiceException.builder()
                            .awsErrorDetails(AwsErrorDetails.builder()
                                    .errorCode("AccessDeniedException")
                                    .build())
                            .statusCode(400)
                            .build());
                default -> CompletableFuture.completedFuture(ByteBuffer.allocate(0));
            };
        }

        @Override
        protected CompletableFuture<RecordResult> putSingle(PendingRecord record) {
            throwIn(Place.MAKING_A_SINGLE_CALL);
            return failed(thrown.get());
        }

        @Override
        protected RecordResult failure(Throwable error, int records) {
            throwIn(Place.CLASSIFIER);
            return super.failure(error, records);
        }
    }

    private record Credentials(Place place, Supplier<Throwable> thrown) implements AwsCredentialsProvider {

        @Override
        public AwsCredentials resolveCredentials() {
            return AwsBasicCredentials.create("a", "b");
        }

        @Override
        public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(ResolveIdentityRequest request) {
            if (place == Place.CREDENTIALS) {
                throwUnchecked(thrown.get());
            }
            return place == Place.CREDENTIALS_LATER
                    ? failed(thrown.get())
                    : StaticCredentialsProvider.create(resolveCredentials())
                            .resolveIdentity(request)
                            .thenApply(id -> id);
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void throwUnchecked(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
