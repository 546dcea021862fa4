#pragma once

#include "request.h"
#include "wire.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>

namespace ksqldb::server {

/// A request that cannot be read: the status to refuse it with.
struct Unreadable {
    int status;
};

/// Reads one HTTP/1.1 request from a wire, its body as it comes.
class Http1Reader {
public:
    /// `anyLength`: also heads that a real server would refuse for their length.
    explicit Http1Reader(Wire& wire, bool anyLength = false);

    /// Waits for the head; false when the client has closed before. Throws Unreadable.
    bool readHead();
    /// Without the body.
    Request head() const;
    bool expectsContinue() const;

    /// Whether some of the body can be taken, or its end has come. Throws Unreadable.
    bool bodyReady();
    std::string takeBody();
    /// Waits for all of the body; false when the client has closed before.
    bool readBody();

private:
    /// Parses what the wire has of this request.
    void feed();

    Wire& wire_;
    const bool anyLength_;
    // Beast's parser wants to be told of the body's reader, not to hand out its bytes.
    mutable boost::beast::http::request_parser<boost::beast::http::string_body> parser_;
};

}  // namespace ksqldb::server
