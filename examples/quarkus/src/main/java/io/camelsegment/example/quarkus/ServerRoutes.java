package io.camelsegment.example.quarkus;

import io.camelsegment.SegmentConstants;
import org.apache.camel.builder.RouteBuilder;

/** Events of the server, sent as those of the web site are: what {@code web.camel.yaml} says, in Java. */
public class ServerRoutes extends RouteBuilder {

    @Override
    public void configure() {
        from("segment:server?writeKey={{segment.server-write-key}}")
                .routeId("server")
                .choice()
                .when(header(SegmentConstants.EVENT).isEqualTo("User Registered"))
                .to("segment-aggregate:aws2-kinesis-firehose:new_users"
                        + "?amazonKinesisFirehoseClient=#firehose&lingerTime=100ms")
                .when(header(SegmentConstants.TYPE).isEqualTo("identify"))
                .to("segment-aggregate:aws2-kinesis:users?amazonKinesisClient=#kinesis&lingerTime=100ms")
                .when(header(SegmentConstants.TYPE).isEqualTo("page"))
                .to("segment-firehose:pages")
                .otherwise()
                .process(new ByCompany())
                .to("segment-kinesis:events");
    }
}
