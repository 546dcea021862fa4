#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace ksqldb::transport {

/// Who asks: by user and secret (Basic), or by a token (Bearer), or nobody in particular.
struct Credentials {
    std::string user, secret;      // used where user is not empty
    std::string bearer;            // used where it is not empty
    std::uint64_t generation = 0;  // the authorizer's: which of those that it has given
};

/// Knows who asks. All members are called on the loop's thread, and must not block.
class Authorizer {
public:
    virtual ~Authorizer() = default;

    /// Asked when an attempt starts. None: not known yet; EventLoop::begin(id) has it asked again.
    /// What it throws ends the attempt, TransferEnd::Kind::Aborted.
    virtual std::optional<Credentials> credentialsFor(std::uint64_t id) = 0;
    /// The server has refused them (401). True: there may be better ones, and the attempt is made
    /// again, once.
    virtual bool refused(const Credentials& credentials) = 0;
    /// Whether refused() may answer true.
    virtual bool mayRenew() const = 0;
};

}  // namespace ksqldb::transport
