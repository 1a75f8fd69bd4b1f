package io.camelsegment.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.camelsegment.aws.client.Payload;
import io.camelsegment.delivery.RecordResult;
import io.camelsegment.delivery.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading of the answers to batches. */
class BatchCallTest {

    private static final String KINESIS =
            """
            {"EncryptionType": "KMS", "New": {"Records": [{"ErrorCode": "not this"}]}, "FailedRecordCount": 2, "Records": [
              {"SequenceNumber": "21", "ShardId": "shardId-000000000000"},
              {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded for shard shardId-000000000003 in stream s"},
              {"ErrorMessage": null, "ErrorCode": null, "Other": [1, {"ShardId": "no"}], "ShardId": "shardId-000000000001", "SequenceNumber": "22"},
              {"ErrorCode": "InternalFailure", "ErrorMessage": "Schlüssel \\"\\u9375\\uD83D\\uDD11\\" \\\\ \\n\\/"}
            ], "Last": [1, -2, 2.5e10, true, false, {}, []]}
            """;

    private static final List<RecordResult> RESULTS = List.of(
            RecordResult.delivered("shardId-000000000000", "21"),
            RecordResult.throttled(
                    "shardId-000000000003",
                    "ProvisionedThroughputExceededException",
                    "Rate exceeded for shard shardId-000000000003 in stream s"),
            RecordResult.delivered("shardId-000000000001", "22"),
            RecordResult.failed(Verdict.RETRY, "InternalFailure", "Schlüssel \"鍵🔑\" \\ \n/"));

    private final BatchCall call = new BatchCall("Records", "SequenceNumber", 4) {
        @Override
        public int mostBytes() {
            return 0;
        }

        @Override
        public void write(Payload body) {
            // only answers are read here
        }
    };

    private List<RecordResult> results(byte[] answer) {
        byte[] within = new byte[answer.length + 5];
        System.arraycopy(answer, 0, within, 3, answer.length);
        return call.results(ByteBuffer.wrap(within, 3, answer.length));
    }

    private static byte[] cbor(String json) throws IOException {
        return new CBORMapper().writeValueAsBytes(new ObjectMapper().readTree(json));
    }

    @Test
    void readsTheResultsInOrderAndNothingElse() throws IOException {
        assertThat(results(KINESIS.getBytes(UTF_8))).isEqualTo(RESULTS);
        assertThat(results(cbor(KINESIS))).isEqualTo(RESULTS);
    }

    /** With lengths known or not, texts in pieces, tags, numbers and lengths in more bytes than they need. */
    @RepeatedTest(50)
    void readsEveryFormOfCbor(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(new ObjectMapper().readTree(KINESIS), out, random);

        assertThat(results(out.toByteArray())).isEqualTo(RESULTS);
    }

    private static void write(JsonNode node, ByteArrayOutputStream out, Random random) {
        if (random.nextInt(8) == 0) {
            head(6, random.nextInt(100_000), out, random);
        }
        boolean isIndefinite = random.nextBoolean();
        if (node.isObject() || node.isArray()) {
            int kind = node.isObject() ? 5 : 4;
            if (isIndefinite) {
                out.write((kind << 5) | 31);
            } else {
                head(kind, node.size(), out, random);
            }
            if (node.isObject()) {
                node.properties().forEach(member -> {
                    text(member.getKey(), out, random);
                    write(member.getValue(), out, random);
                });
            } else {
                node.forEach(element -> write(element, out, random));
            }
            if (isIndefinite) {
                out.write(0xFF);
            }
        } else if (node.isTextual()) {
            text(node.textValue(), out, random);
        } else if (node.isIntegralNumber()) {
            long number = node.longValue();
            head(number < 0 ? 1 : 0, number < 0 ? -1 - number : number, out, random);
        } else if (node.isNumber()) {
            out.write(0xFB);
            out.writeBytes(ByteBuffer.allocate(8).putDouble(node.doubleValue()).array());
        } else {
            out.write(node.isNull() ? 0xF6 : node.booleanValue() ? 0xF5 : 0xF4);
        }
    }

    private static void text(String text, ByteArrayOutputStream out, Random random) {
        byte[] bytes = text.getBytes(UTF_8);
        if (random.nextInt(3) > 0) {
            head(3, bytes.length, out, random);
            out.writeBytes(bytes);
            return;
        }
        out.write(0x7F);
        for (int i = 0; i < bytes.length; ) {
            int piece = Math.min(bytes.length - i, random.nextInt(9));
            head(3, piece, out, random);
            out.write(bytes, i, piece);
            i += piece;
        }
        out.write(0xFF);
    }

    private static void head(int kind, long argument, ByteArrayOutputStream out, Random random) {
        int least = argument < 24 ? 0 : argument < 256 ? 1 : argument < 65_536 ? 2 : 3;
        int form = least + random.nextInt(5 - least);
        if (form == 0) {
            out.write((kind << 5) | (int) argument);
            return;
        }
        int bytes = 1 << (form - 1);
        out.write((kind << 5) | (23 + form));
        for (int i = bytes - 1; i >= 0; i--) {
            out.write((int) (argument >>> (8 * i)));
        }
    }

    @ParameterizedTest
    @CsvSource({"1.50, 1.50", "-2, -2", "true, true", "false, false", "null,", "[2],", "{},"})
    void takesOtherValuesAsText(String value, String text) {
        String answer = "{\"Records\":[{\"SequenceNumber\":" + value + "}]}";
        assertThat(results(answer.getBytes(UTF_8))).containsExactly(RecordResult.delivered(text));
    }

    @Test
    void takesOtherValuesOfCborAsText() {
        // {"Records": [{"SequenceNumber": 24}, {"SequenceNumber": -1}, {"SequenceNumber": true}, {h'00': 1}]}
        byte[] answer = HexFormat.of()
                .parseHex("a1675265636f72647384"
                        + "a16e53657175656e63654e756d6265721818"
                        + "a16e53657175656e63654e756d62657220"
                        + "a16e53657175656e63654e756d626572f5"
                        + "a1410001");
        assertThat(results(answer))
                .containsExactly(
                        RecordResult.delivered("24"),
                        RecordResult.delivered("-1"),
                        RecordResult.delivered("true"),
                        RecordResult.delivered(null));
    }

    @Test
    void sharesTheNamesOfShards() throws IOException {
        String one = "{\"ShardId\": \"shardId-000000000007\", \"SequenceNumber\": \"1\"}";
        String answer = "{\"Records\": [" + String.join(",", Collections.nCopies(3, one)) + "]}";
        for (byte[] bytes : List.of(answer.getBytes(UTF_8), cbor(answer))) {
            List<RecordResult> results = results(bytes);
            assertThat(results).hasSize(3);
            assertThat(results.get(2).partition()).isSameAs(results.get(0).partition());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "{\"Records\": null}", "{\"Records\": []}", "[]", "\"text\"", "7", " {} trailing"})
    void findsNoResultsInAnswersWithoutSome(String answer) {
        assertThat(results(answer.getBytes(UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>",
                "{\"Records\": [{\"SequenceNumber\": \"1\"",
                "{\"Records\": [{",
                "{\"Records\": [{\"SequenceNumber\": \"1\\",
                "{\"Records\": [{\"SequenceNumber\": \"\\u12\"}]}",
                "{\"Records\": [{\"SequenceNumber\": \"\\x\"}]}",
                "{\"Records\": [{\"SequenceNumber\": nul}]}",
                "{\"Records\": [{\"SequenceNumber\"}]}",
                "{\"Records\": [{}{}]}",
                "{\"Records\": [{},]}",
                "{\"Records\": [null, {}, {}]}",
                "{\"Records\": [{}, [], {}]}",
                "{\"Records\": [],}",
                "{Records: []}"
            })
    void refusesWhatItCannotRead(String answer) {
        assertThatThrownBy(() -> results(answer.getBytes(UTF_8)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("the answer cannot be read");
    }

    /** Ends too early, a text longer than the rest, lengths that do not exist, breaks where none may be. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a1",
                "bf",
                "a16752",
                "a1675265636f7264739f",
                "a17b7fffffffffffffff41",
                "a17bffffffffffffffff41",
                "bc00",
                "a11c00",
                "a1ff00",
                "a1613a5f61ff",
                "a1613a7f4161ff",
                "df00",
                "a1675265636f7264739bffffffffffffffff",
                "a1613adf"
            })
    void refusesCborThatItCannotRead(String answer) {
        assertThatThrownBy(() -> results(HexFormat.of().parseHex(answer)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("the answer cannot be read");
    }

    @Test
    void refusesAnswersThatNestTooDeep() {
        byte[] cbor = new byte[100_000];
        Arrays.fill(cbor, (byte) 0x81);
        cbor[0] = (byte) 0xA1;
        cbor[1] = 0x60;
        String json = "{\"x\":" + "[".repeat(100_000);
        for (byte[] answer : List.of(cbor, json.getBytes(UTF_8))) {
            assertThatThrownBy(() -> results(answer)).hasRootCauseMessage("it nests more than 200 levels deep");
        }
    }

    /** Whatever comes in place of some bytes is read, or refused as above. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsWithEveryAnswer(boolean isCbor) throws IOException {
        Random random = new Random(1);
        byte[] answer = isCbor ? cbor(KINESIS) : KINESIS.getBytes(UTF_8);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = Arrays.copyOf(answer, 1 + random.nextInt(answer.length));
            for (int b = random.nextInt(3); b >= 0; b--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(results(broken)).hasSizeLessThan(broken.length);
            } catch (UncheckedIOException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
