package io.camelsegment.producer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Where the members of one JSON object lie in its text, so that they can be copied byte for byte. */
final class JsonMembers {

    /** Numbers and names of any length are legal JSON, and the limit of an event's bytes bounds them anyway. */
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
     * @param start where its name begins, at the quotation mark
     * @param end   behind its value
     * @param text  what a string says or how a number is written; null for all else
     */
    record Member(String name, int start, int end, String text) {

        /** Tells whether it has a value that can be an id or a time: neither null nor empty. */
        boolean hasText() {
            return text != null && !text.isEmpty();
        }
    }

    /**
     * Finds the members of an object.
     *
     * @param json the text in UTF-8
     * @return in the order of the text, duplicates included
     * @throws IOException if it is not one JSON object; the message may hold a piece of the text
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

    /** There are no offsets into a text in UTF-16, which the parser would read as well. */
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
