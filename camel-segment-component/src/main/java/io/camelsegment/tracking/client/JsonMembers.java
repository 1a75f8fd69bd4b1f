package io.camelsegment.tracking.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds the members of a JSON object in its text, so that they can be copied byte for byte. */
final class JsonMembers {

    /**
     * Accepts numbers and names of any length: they are legal JSON, and the limit of an event's bytes bounds them
     * anyway.
     */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private JsonMembers() {}

    /**
     * One member.
     *
     * @param start offset of the quotation mark before its name
     * @param end   offset behind its value
     * @param text  content of a string, or digits of a number; null for other values
     */
    record Member(String name, int start, int end, String text) {

        /** Returns whether the value can be an id or a time: a string or number that is not empty. */
        boolean hasText() {
            return text != null && !text.isEmpty();
        }
    }

    /**
     * Returns the members of an object.
     *
     * @param json the text in UTF-8
     * @return in the order of the text, duplicates included
     * @throws IOException if the text is not one JSON object; the message may quote it
     */
    static List<Member> of(byte[] json) throws IOException {
        List<Member> members = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(json)) {
            require(parser.nextToken() == JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                int start = offset(parser.currentTokenLocation().getByteOffset());
                JsonToken value = parser.nextToken();
                String text = value == JsonToken.VALUE_STRING || value.isNumeric() ? parser.getText() : null;
                parser.skipChildren();
                members.add(
                        new Member(name, start, offset(parser.currentLocation().getByteOffset()), text));
            }
            require(parser.nextToken() == null);
        }
        return members;
    }

    /** Refuses a text in UTF-16, which the parser reads, too: it has no offsets there. */
    private static int offset(long byteOffset) throws IOException {
        require(byteOffset >= 0);
        return (int) byteOffset;
    }

    private static void require(boolean condition) throws IOException {
        if (!condition) {
            throw new IOException("not one JSON object in UTF-8");
        }
    }
}
