package io.camelsegment.localaws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The fields of a request without records. Absent fields are null; a wrong type is a SerializationException. */
final class Input {
    private final JsonNode fields;
    private final Wire wire;

    private Input(JsonNode fields, Wire wire) {
        this.fields = fields;
        this.wire = wire;
    }

    static Input read(Wire wire, byte[] body) {
        JsonNode fields;
        try {
            fields = wire.tree(body);
        } catch (IOException e) {
            throw AwsException.serialization("expected one " + wire + " object, was " + body.length + " other bytes");
        }
        if (!fields.isObject()) {
            throw AwsException.serialization("expected one " + wire + " object, was " + fields.getNodeType());
        }
        return new Input(fields, wire);
    }

    /** Reads the {@code application/x-www-form-urlencoded} body of the query protocol. */
    static Input readForm(byte[] body) {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return new Input(fields, Wire.JSON);
    }

    private static String decode(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw AwsException.serialization("expected percent-encoded form fields: " + e.getMessage());
        }
    }

    String text(String field) {
        JsonNode value = fields.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw wrongType(field, "String", value);
        }
        return value.textValue();
    }

    Integer integer(String field) {
        JsonNode value = fields.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (value.isTextual()) {
            try {
                return Integer.valueOf(value.textValue());
            } catch (NumberFormatException e) {
                throw wrongType(field, "Integer", value);
            }
        }
        if (!value.canConvertToInt()) {
            throw wrongType(field, "Integer", value);
        }
        return value.intValue();
    }

    Instant time(String field) {
        JsonNode value = fields.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isNumber()) {
            throw wrongType(field, "Timestamp", value);
        }
        return wire.readTime(value);
    }

    /** The values of a list in the query protocol: {@code ActionNames.member.1} and so on. */
    List<String> members(String field) {
        List<String> members = new ArrayList<>();
        for (int i = 1; has(field + ".member." + i); i++) {
            members.add(text(field + ".member." + i));
        }
        return members;
    }

    /** A nested structure, empty when absent. */
    Input structure(String field) {
        JsonNode value = fields.get(field);
        if (value == null || value.isNull()) {
            return new Input(JsonNodeFactory.instance.objectNode(), wire);
        }
        if (!value.isObject()) {
            throw wrongType(field, "Structure", value);
        }
        return new Input(value, wire);
    }

    boolean has(String field) {
        return fields.hasNonNull(field);
    }

    private static AwsException wrongType(String field, String expected, JsonNode value) {
        return AwsException.serialization(field + ": expected " + expected + ", was " + value.getNodeType());
    }
}
