package io.camelsegment.aws.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpFullResponse;

/**
 * Reads a service's errors, as the AWS SDK does: the code from the header {@code x-amzn-ErrorType} or from the body, in
 * CBOR or JSON, and the message from the body. An answer of something else, such as the HTML of a proxy, has neither.
 *
 * @see <a href="https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html#operation-error-serialization">Operation
 *     error serialization</a>, read 2026-11-30
 */
final class ServiceErrors {

    private static final JsonFactory JSON = new JsonFactory();
    private static final JsonFactory CBOR = new CBORFactory();

    private static final String[] CODES = {"__type", "code"};
    private static final String[] MESSAGES = {"message", "Message", "errorMessage"};

    private ServiceErrors() {}

    /**
     * Returns the error that an answer tells.
     *
     * @param body      the answer's, decoded
     * @param clockSkew time that this machine's clock is ahead of the service's
     */
    static AwsServiceException read(Answer answer, ByteBuffer body, Duration clockSkew) {
        Map<String, String> members = members(body);
        String fromHeader = answer.headers().get("x-amzn-ErrorType");
        String code = code(fromHeader == null ? first(members, CODES) : fromHeader);
        String message = first(members, MESSAGES);
        SdkHttpFullResponse.Builder response = SdkHttpFullResponse.builder().statusCode(answer.status());
        answer.headers().forEach(header -> response.appendHeader(header.getKey(), header.getValue()));
        return AwsServiceException.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .sdkHttpResponse(response.build())
                        .build())
                .clockSkew(clockSkew)
                .requestId(answer.headers().get("x-amzn-RequestId"))
                .statusCode(answer.status())
                .message(message == null ? "the service answered with HTTP status " + answer.status() : message)
                .build();
    }

    private static String first(Map<String, String> members, String[] names) {
        for (String name : names) {
            if (members.get(name) != null) {
                return members.get(name);
            }
        }
        return null;
    }

    /** Returns the bare code of {@code namespace#code:details}. */
    private static String code(String text) {
        if (text == null) {
            return null;
        }
        String beforeColon = text.substring(0, text.indexOf(':') < 0 ? text.length() : text.indexOf(':'));
        return beforeColon.substring(beforeColon.indexOf('#') + 1);
    }

    /** Returns the text members of a body; none if it is no object. */
    private static Map<String, String> members(ByteBuffer body) {
        Map<String, String> members = new HashMap<>();
        if (!body.hasRemaining()) {
            return members;
        }
        // JSON begins with an ASCII character, a map in CBOR with a higher byte.
        JsonFactory format = body.get(body.position()) < 0 ? CBOR : JSON;
        try (JsonParser parser =
                format.createParser(body.array(), body.arrayOffset() + body.position(), body.remaining())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return members;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                String text = parser.getValueAsString();
                if (text == null) {
                    parser.skipChildren();
                } else {
                    members.put(name, text);
                }
            }
            return members;
        } catch (IOException e) { // not of the service
            return Map.of();
        }
    }
}
