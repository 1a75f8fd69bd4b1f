package io.camelsegment.localaws;

import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** Builds the small XML documents of the query protocol. */
final class Xml {
    private final StringBuilder text = new StringBuilder(512);

    Xml open(String tag) {
        text.append('<').append(tag).append('>');
        return this;
    }

    /** Opens the outermost tag, in the service's namespace. */
    Xml open(String tag, Service service) {
        String namespace = "https://" + service.prefix() + ".amazonaws.com/doc/" + service.marker() + "/";
        text.append('<').append(tag).append(" xmlns=\"").append(namespace).append("\">");
        return this;
    }

    Xml close(String tag) {
        text.append("</").append(tag).append('>');
        return this;
    }

    Xml element(String tag, Object value) {
        return open(tag).text(value).close(tag);
    }

    /** Writes each item as a {@code member} of the list. */
    <T> Xml list(String tag, Iterable<T> items, BiConsumer<Xml, T> member) {
        open(tag);
        for (T item : items) {
            open("member");
            member.accept(this, item);
            close("member");
        }
        return close(tag);
    }

    Xml text(Object value) {
        String content = String.valueOf(value);
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            switch (c) {
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '&' -> text.append("&amp;");
                default -> text.append(c);
            }
        }
        return this;
    }

    byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    @FunctionalInterface
    interface Content {
        void write(Xml xml);
    }

    /** An answer: the action's result, if it has one, and the request ID. */
    static Answer answer(AwsRequest request, Content result) {
        String action = request.action();
        Xml xml = new Xml().open(action + "Response", request.service());
        if (result != null) {
            xml.open(action + "Result");
            result.write(xml);
            xml.close(action + "Result");
        }
        return new Answer(xml.open("ResponseMetadata")
                .element("RequestId", request.id())
                .close("ResponseMetadata")
                .close(action + "Response")
                .bytes());
    }

    static byte[] error(Service service, String requestId, int status, String code, String message) {
        return new Xml()
                .open("ErrorResponse", service)
                .open("Error")
                .element("Type", status < 500 ? "Sender" : "Receiver")
                .element("Code", code)
                .element("Message", message)
                .close("Error")
                .element("RequestId", requestId)
                .close("ErrorResponse")
                .bytes();
    }
}
