#pragma once

#include <map>
#include <string>
#include <vector>

namespace ksqldb::test {

/// By the ids that test/README.md explains: the test that shows it, as "Suite.Test", or why there
/// is none.
using PeerTable = std::map<std::string, std::string>;

/// Fails the running test for an id that stands in neither table or in both, for one that is
/// unknown, and for one without a reason.
void expectEveryId(const std::vector<std::string>& ids, const PeerTable& tests,
                   const PeerTable& notApplicable);
/// Fails it for a named test that this program does not have.
void expectEveryTest(const PeerTable& tests);

}  // namespace ksqldb::test
