#pragma once

#include "local_server.h"
#include "recording.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

enum class Pace { AsRecorded, AtOnce };

/// How an answer's bytes are cut into chunks. All but Parts cut across the recorded parts when
/// played at once, and within each part otherwise.
struct Split {
    enum class Kind { Parts, Bytes, Random, Whole };
    Kind kind = Kind::Parts;
    unsigned seed = 1;
    std::size_t maxSize = 64;

    static Split parts() { return {}; }
    static Split bytes() { return {Kind::Bytes}; }
    static Split random(unsigned seed, std::size_t maxSize = 64) {
        return {Kind::Random, seed, maxSize};
    }
    static Split whole() { return {Kind::Whole}; }
};

struct PlayOptions {
    Pace pace = Pace::AtOnce;
    Split split;
    /// Push queries without a LIMIT stay open where their recording tells of an orderly end: it was
    /// somebody else who ended them.
    bool keepPushOpen = false;
};

/// Answers any request with this recording, over HTTP/1.1 or HTTP/2 however it was recorded.
/// Acknowledgements of inserts come no earlier than the rows that they are for.
/// Push queries are registered as running while they play; one that the client ended in the
/// recording runs until the client closes, or TERMINATE or /close-query ends it.
Script play(Recording recording, PlayOptions options = {});

/// Chooses among recordings: by method, path and statement (comparableStatement()), then by the
/// forms that the Accept header allows, best first, properties and session variables.
class Player {
public:
    explicit Player(std::vector<Recording> recordings, PlayOptions options = {});

    /// For LocalServer::onAny. What has no recording it leaves to the server, with a hint.
    Script script() const;

    /// The recording that answers this request, or null.
    const Recording* choose(const Request& request) const;
    /// Throws std::out_of_range for an unknown name.
    const Recording& named(std::string_view name) const;

    /// A line for each request that is answered: method, path, statement, and in which forms.
    std::vector<std::string> listing() const;
    /// Why a request for a statement has no recording, and which statements are near to it.
    std::string hint(const Request& request) const;

private:
    struct Entry;
    struct Library;
    std::shared_ptr<const Library> library_;
};

}  // namespace ksqldb::server
