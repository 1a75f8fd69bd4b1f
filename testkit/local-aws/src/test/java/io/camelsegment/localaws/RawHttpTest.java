package io.camelsegment.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests in the form that the AWS CLI sends, and forms that no client should send. */
@ExtendWith(LocalAwsExtension.class)
class RawHttpTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final HttpClient HTTP = VERTX.createHttpClient();
    private static final HttpClient HTTP2 = VERTX.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));

    private final LocalAws aws;

    RawHttpTest(LocalAws aws) {
        this.aws = aws;
    }

    @BeforeEach
    void clear() {
        aws.reset();
        aws.createStream("events", 1);
        aws.createDeliveryStream("lake");
    }

    @AfterAll
    static void closeClients() {
        VERTX.close();
    }

    @Test
    void takesWhatTheCliSends() {
        Answer put = json(
                "Kinesis_20131202.PutRecords",
                """
                {"StreamName": "events", "Records": [
                  {"Data": "eyJuIjoxfQ==", "PartitionKey": "user_1"},
                  {"PartitionKey": "user_2", "ExplicitHashKey": "0", "Data": "eyJuIjoyfQ=="}]}""");

        assertThat(put.status).isEqualTo(200);
        assertThat(put.contentType).isEqualTo("application/x-amz-json-1.1");
        assertThat(put.body).startsWith("{\"FailedRecordCount\":0,\"Records\":[{\"SequenceNumber\":\"49");
        assertThat(aws.stream("events").records())
                .extracting(KinesisRecord::text)
                .containsExactly("{\"n\":1}", "{\"n\":2}");

        json(
                "Firehose_20150804.PutRecordBatch",
                """
                {"DeliveryStreamName": "lake", "Records": [{"Data": "MQo="}, {"Data": "Mgo="}]}""");
        assertThat(aws.deliveryStream("lake").content()).asString().isEqualTo("1\n2\n");
    }

    @Test
    void speaksHttp2WithPriorKnowledge() {
        Answer answer = send(
                HTTP2,
                HttpMethod.POST,
                "/",
                Map.of(
                        "X-Amz-Target", "Kinesis_20131202.ListStreams",
                        "Content-Type", "application/x-amz-json-1.1",
                        "Authorization", signedFor("kinesis")),
                "{}");

        assertThat(answer.version).isEqualTo(HttpVersion.HTTP_2);
        assertThat(answer.body).contains("\"StreamNames\":[\"events\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    PutRecords  | {"StreamName":"events","Records":{}}
                    PutRecords  | {"StreamName":"events","Records":[1]}
                    PutRecords  | {"StreamName":"events","Records":[{"PartitionKey":"a","Data":1}]}
                    PutRecords  | {"StreamName":"events","Records":[{"PartitionKey":"a","Data":"?"}]}
                    PutRecords  | {"StreamName":"events","Records":[{"PartitionKey":5,"Data":""}]}
                    PutRecords  | {"StreamName":5,"Records":[]}
                    PutRecords  | {"StreamName":"events","Records":[{"PartitionKey":"a"
                    PutRecords  | [1]
                    PutRecord   | not json
                    ListShards  | {"StreamName":{}}
                    ListShards  | {"StreamName":"events","MaxResults":"many"}
                    ListStreams | [1]
                    ListStreams | {
                    """)
    void answersSerializationExceptionToWrongTypes(String action, String body) {
        Answer answer = json("Kinesis_20131202." + action, body);

        assertThat(answer.status).isEqualTo(400);
        assertThat(answer.body).startsWith("{\"__type\":\"SerializationException\",\"message\":\"");
        assertThat(aws.stream("events").recordCount()).isZero();
    }

    @Test
    void skipsFieldsThatItDoesNotKnow() {
        Answer answer = json(
                "Kinesis_20131202.PutRecord",
                """
                {"New": {"deep": [{"Records": 1}]}, "StreamName": "events", "PartitionKey": "k",
                 "SequenceNumberForOrdering": "1", "Data": "MQ=="}""");

        assertThat(answer.status).isEqualTo(200);
        assertThat(aws.stream("events").recordCount()).isEqualTo(1);
    }

    @Test
    void asksForASignature() {
        Answer json = send(HTTP, HttpMethod.POST, "/", Map.of("X-Amz-Target", "Kinesis_20131202.ListStreams"), "{}");
        assertThat(json.status).isEqualTo(400);
        assertThat(json.body).contains("MissingAuthenticationTokenException");

        Answer query = send(HTTP, HttpMethod.POST, "/", Map.of(), "Action=GetCallerIdentity&Version=2011-06-15");
        assertThat(query.status).isEqualTo(403);
        assertThat(query.contentType).isEqualTo("text/xml");
        assertThat(query.body).contains("<Code>MissingAuthenticationToken</Code>");

        Answer foreign = send(
                HTTP,
                HttpMethod.POST,
                "/",
                Map.of("X-Amz-Target", "Kinesis_20131202.ListStreams", "Authorization", signedFor("firehose")),
                "{}");
        assertThat(foreign.body).contains("Credential should be scoped to correct service: 'kinesis'.");

        Answer broken = send(
                HTTP,
                HttpMethod.POST,
                "/",
                Map.of("X-Amz-Target", "Kinesis_20131202.ListStreams", "Authorization", "Basic abc"),
                "{}");
        assertThat(broken.body).contains("IncompleteSignatureException");
    }

    @Test
    void namesTheActionsThatExist() {
        Answer json = json("Kinesis_20131202.SubscribeToShard", "{}");
        assertThat(json.status).isEqualTo(400);
        assertThat(json.body).contains("UnknownOperationException").contains("kinesis:PutRecords");

        Answer query = send(
                HTTP,
                HttpMethod.POST,
                "/",
                Map.of("Authorization", signedFor("sts")),
                "Action=GetFederationToken&Version=2011-06-15");
        assertThat(query.status).isEqualTo(400);
        assertThat(query.body).contains("<Code>InvalidAction</Code>").contains("sts:AssumeRole");
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        Answer answer = send(
                HTTP,
                HttpMethod.POST,
                "/",
                Map.of("X-Amz-Target", "Kinesis_20131202.PutRecords"),
                "x".repeat(17 * 1024 * 1024));

        assertThat(answer.status).isEqualTo(413);
    }

    @Test
    void showsWhatArrivedToABrowser() {
        json(
                "Kinesis_20131202.PutRecord",
                """
                {"StreamName": "events", "PartitionKey": "k", "Data": "eyJuIjoxfQ=="}""");
        json(
                "Firehose_20150804.PutRecord",
                """
                {"DeliveryStreamName": "lake", "Record": {"Data": "MQo="}}""");

        assertThat(get("/").body)
                .isEqualTo("/kinesis/events\tus-west-2\t1 records\n/firehose/lake\tus-west-2\t1 records\n");
        assertThat(get("/kinesis/events").body).isEqualTo("{\"n\":1}\n");
        assertThat(get("/firehose/lake").body).isEqualTo("1\n");
        assertThat(get("/kinesis/none").status).isEqualTo(404);
        assertThat(send(HTTP, HttpMethod.DELETE, "/", Map.of(), "").status).isEqualTo(405);
    }

    private Answer get(String path) {
        return send(HTTP, HttpMethod.GET, path, Map.of(), "");
    }

    private Answer json(String target, String body) {
        String service = target.startsWith("Kinesis") ? "kinesis" : "firehose";
        return send(
                HTTP,
                HttpMethod.POST,
                "/",
                Map.of(
                        "X-Amz-Target",
                        target,
                        "Content-Type",
                        "application/x-amz-json-1.1",
                        "Authorization",
                        signedFor(service)),
                body);
    }

    private static String signedFor(String service) {
        return "AWS4-HMAC-SHA256 Credential=test/20261121/us-west-2/" + service
                + "/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" + "0".repeat(64);
    }

    private Answer send(HttpClient client, HttpMethod method, String path, Map<String, String> headers, String body) {
        // The body's handler is set inside send's callback: set any later, the body may have passed already.
        return client.request(method, aws.endpoint().getPort(), aws.endpoint().getHost(), path)
                .compose(request -> {
                    headers.forEach(request::putHeader);
                    return request.send(Buffer.buffer(body)).compose(RawHttpTest::read);
                })
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static Future<Answer> read(HttpClientResponse response) {
        return response.body()
                .map(body -> new Answer(
                        response.statusCode(),
                        response.version(),
                        response.getHeader("Content-Type"),
                        body.toString()));
    }

    private record Answer(int status, HttpVersion version, String contentType, String body) {}
}
