// SPDX-License-Identifier: MIT
// Jobs of multibuffer, which end later: batches of every size and mixed lengths, too few lanes,
// texts that do not fit, jobs that fail, operations that end before their jobs.
#include "strategies/multibuffer.hpp"

#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr std::string_view macs[] = {"hmac(sha1)", "hmac(sha256)", "hmac(sha512)", "cmac(aes128)"};
constexpr std::size_t whole_digest = 0;

const Algorithm& nettle(std::string_view name) {
  EXPECT_EQ(providers_init(), Errno::ok);
  return *find_algorithm(name, "nettle");
}

/// One operation in progress: its text, and where its digest goes.
struct Job {
  std::vector<std::uint8_t> text;
  Direction direction = Direction::tx;
  Multibuffer::Operation operation{};
  Octets digest{};

  Errno submit(Multibuffer& strategy, Multibuffer::Socket& socket, unsigned cpu = 0,
               std::size_t digest_bytes = whole_digest) {
    const Skb skb{nullptr, 0, 0, direction, false};
    if (const Errno e = strategy.start(cpu, socket, skb, operation); failed(e)) return e;
    Request& request = operation.request();
    digest.assign(digest_bytes == whole_digest ? request.algorithm->digest_bytes : digest_bytes, 0);
    Errno e = hash_init(request);
    if (!failed(e)) e = hash_update(request, text);
    if (!failed(e)) e = hash_final(request, digest);
    return e;
  }
};

class MultibufferTest : public ::testing::Test {
 protected:
  std::unique_ptr<Multibuffer> s_ = Multibuffer::create({.possible_cpus = 2}).value();
};

// Lengths on both sides of a block's end, with short texts after long ones, so that jobs do not end
// in the order in which they began.
TEST_F(MultibufferTest, BatchesOfEverySizeAndMixedLengths) {
  constexpr std::size_t lengths[] = {1460, 1, 9216, 64, 55, 56, 119, 120, 576, 0, 16, 15, 111, 112};
  for (const std::string_view name : macs) {
    SCOPED_TRACE(name);
    const Algorithm& a = nettle(name);
    const KeyPair keys(a, 1), other_keys(a, 2);
    auto socket = s_->open(a, keys.keys(), 0).value();
    auto other = s_->open(a, other_keys.keys(), 0).value();
    for (unsigned batch = 1; batch <= Multibuffer::most_in_flight; ++batch) {
      std::vector<Job> jobs(batch);
      for (unsigned i = 0; i < batch; ++i) {
        jobs[i].text = pattern(lengths[(i * 5 + batch) % std::size(lengths)], i);
        jobs[i].direction = static_cast<Direction>(i / 2 % 2);
        const Errno e = jobs[i].submit(*s_, i % 2 ? other : socket);
        ASSERT_EQ(
            e, jobs[i].text.empty() && !name.starts_with("cmac") ? Errno::ok : Errno::einprogress);
      }
      s_->flush(0);
      for (unsigned i = 0; i < batch; ++i) {
        ASSERT_EQ(jobs[i].operation.status(), Errno::ok);
        const KeyPair& of = i % 2 ? other_keys : keys;
        ASSERT_EQ(jobs[i].digest, reference_mac(a, of.of(jobs[i].direction), jobs[i].text))
            << i << " of " << batch << ", " << jobs[i].text.size() << " bytes";
        s_->end(0, jobs[i].operation);
      }
    }
    s_->close(socket);
    s_->close(other);
  }
}

// One manager holds jobs of all algorithms at once.
TEST_F(MultibufferTest, AlgorithmsMayMix) {
  std::vector<Multibuffer::Socket> sockets;
  std::vector<Job> jobs(32);
  for (const std::string_view name : macs) {
    const Algorithm& a = nettle(name);
    sockets.push_back(s_->open(a, KeyPair(a, 1).keys(), 0).value());
  }
  for (unsigned i = 0; i < jobs.size(); ++i) {
    jobs[i].text = pattern(40 + 90 * (i % 7), i);
    ASSERT_EQ(jobs[i].submit(*s_, sockets[i % 4]), Errno::einprogress);
  }
  s_->flush(0);
  for (unsigned i = 0; i < jobs.size(); ++i) {
    const Algorithm& a = nettle(macs[i % 4]);
    EXPECT_EQ(jobs[i].digest, reference_mac(a, KeyPair(a, 1).of(Direction::tx), jobs[i].text));
    s_->end(0, jobs[i].operation);
  }
  for (auto& socket : sockets) s_->close(socket);
}

TEST_F(MultibufferTest, ShortDigestsAreOnlyTheLeftmostBytes) {
  for (const std::string_view name : macs) {
    const Algorithm& a = nettle(name);
    const KeyPair keys(a, 1);
    auto socket = s_->open(a, keys.keys(), 0).value();
    for (const std::size_t bytes : {1, 4, 12, 16}) {
      Job job{pattern(94, 1)};
      EXPECT_EQ(finished(*s_, 0, job.operation, job.submit(*s_, socket, 0, bytes)), Errno::ok);
      Octets expected = reference_mac(a, keys.of(Direction::tx), job.text);
      expected.resize(bytes);
      EXPECT_EQ(job.digest, expected) << name;
      s_->end(0, job.operation);
    }
    s_->close(socket);
  }
}

// RFC 2104 §2: keys longer than a block are hashed first.
TEST_F(MultibufferTest, KeysOfAnyLength) {
  for (const std::string_view name : {macs[0], macs[1], macs[2]}) {
    const Algorithm& a = nettle(name);
    for (const std::size_t bytes : {0, 1, 63, 64, 65, 127, 128, 129, 300}) {
      const auto key = pattern(bytes, 3);
      auto socket = s_->open(a, {key, key}, 0).value();
      for (const std::size_t text : {0, 94}) {
        EXPECT_EQ(operate(*s_, socket, a, Direction::tx, pattern(text, 1)).value(),
                  reference_mac(a, key, pattern(text, 1)))
            << name << ", a key of " << bytes << " bytes";
      }
      s_->close(socket);
    }
  }
}

TEST_F(MultibufferTest, OneOperationMoreThanLanesIsBusy) {
  const Algorithm& a = nettle("hmac(sha1)");
  const KeyPair keys(a, 1);
  auto socket = s_->open(a, keys.keys(), 0).value();
  const unsigned depth = softirq_depth;
  std::vector<Job> jobs(Multibuffer::most_in_flight, {pattern(94, 1)});
  for (Job& job : jobs) ASSERT_EQ(job.submit(*s_, socket), Errno::einprogress);
  const unsigned held = softirq_depth;
  Job one_more{pattern(94, 1)};
  EXPECT_EQ(one_more.submit(*s_, socket), Errno::ebusy);
  EXPECT_EQ(softirq_depth, held);
  // Another CPU has its own lanes. A lane that is given back can be taken again.
  EXPECT_EQ(one_more.submit(*s_, socket, 1), Errno::einprogress);
  s_->end(1, one_more.operation);
  s_->end(0, jobs.back().operation);
  EXPECT_EQ(jobs.back().submit(*s_, socket), Errno::einprogress);
  s_->flush(0);
  for (Job& job : jobs) {
    EXPECT_EQ(job.digest, reference_mac(a, keys.of(Direction::tx), job.text));
    s_->end(0, job.operation);
  }
  EXPECT_EQ(softirq_depth, depth);
  s_->close(socket);
}

TEST_F(MultibufferTest, ATextThatDoesNotFitInItsLaneIsRefused) {
  const Algorithm& a = nettle("hmac(sha256)");
  const KeyPair keys(a, 1);
  auto socket = s_->open(a, keys.keys(), 0).value();
  Job longest{pattern(lane_text_bytes, 1)}, too_long{pattern(lane_text_bytes + 1, 1)};
  EXPECT_EQ(longest.submit(*s_, socket), Errno::einprogress);
  EXPECT_EQ(too_long.submit(*s_, socket), Errno::enospc);
  s_->flush(0);
  EXPECT_EQ(longest.digest, reference_mac(a, keys.of(Direction::tx), longest.text));
  s_->end(0, longest.operation);
  s_->end(0, too_long.operation);
  s_->close(socket);
}

// An operation ends while its job is in progress: its digest is not written, and the other digests
// are right.
TEST_F(MultibufferTest, AnOperationThatEndsBeforeItsJobWritesNothing) {
  const Algorithm& a = nettle("hmac(sha1)");
  const KeyPair keys(a, 1);
  auto socket = s_->open(a, keys.keys(), 0).value();
  Job stays{pattern(576, 1)}, given_up{pattern(94, 2)};
  EXPECT_EQ(stays.submit(*s_, socket), Errno::einprogress);
  EXPECT_EQ(given_up.submit(*s_, socket), Errno::einprogress);
  s_->end(0, given_up.operation);
  s_->flush(0);
  EXPECT_EQ(given_up.digest, Octets(20));
  EXPECT_EQ(stays.digest, reference_mac(a, keys.of(Direction::tx), stays.text));
  s_->end(0, stays.operation);
  s_->close(socket);
}

TEST_F(MultibufferTest, AnOperationThatEndsOnAnotherCpuIsABug) {
  const Algorithm& a = nettle("hmac(sha1)");
  auto socket = s_->open(a, KeyPair(a, 1).keys(), 0).value();
  Job job{pattern(94, 1)};
  EXPECT_EQ(job.submit(*s_, socket), Errno::einprogress);
  EXPECT_DEATH(s_->end(1, job.operation), "multibuffer: .* on a CPU that did not begin it");
  s_->end(0, job.operation);
  s_->close(socket);
}

TEST_F(MultibufferTest, ARequestCannotBeginAgainDuringItsJob) {
  const Algorithm& a = nettle("hmac(sha1)");
  const KeyPair keys(a, 1);
  auto socket = s_->open(a, keys.keys(), 0).value();
  Job job{pattern(94, 1)};
  EXPECT_EQ(job.submit(*s_, socket), Errno::einprogress);
  EXPECT_EQ(hash_init(job.operation.request()), Errno::ebusy);
  s_->flush(0);
  EXPECT_EQ(job.digest, reference_mac(a, keys.of(Direction::tx), job.text));
  EXPECT_EQ(hash_init(job.operation.request()), Errno::ok);
  s_->end(0, job.operation);
  s_->close(socket);
}

/// A library that keeps every job until a flush, ends the last job first, and fails job `failing`.
class StubManager {
 public:
  StubManager() {
    held = 0;
    manager_->get_next_job = [](IMB_MGR* m) { return &m->jobs[held]; };
    manager_->submit_job_nocheck = [](IMB_MGR*) -> IMB_JOB* { return ++held, nullptr; };
    manager_->get_completed_job = [](IMB_MGR*) -> IMB_JOB* { return nullptr; };
    manager_->flush_job = [](IMB_MGR* m) -> IMB_JOB* {
      if (held == 0) return nullptr;
      IMB_JOB& job = m->jobs[--held];
      std::memset(job.auth_tag_output, static_cast<int>(held), job.auth_tag_output_len_in_bytes);
      job.status = held == failing ? IMB_STATUS_INVALID_ARGS : IMB_STATUS_COMPLETED;
      return &job;
    };
  }
  IMB_MGR& operator*() { return *manager_; }

  static inline unsigned held, failing;

 private:
  std::unique_ptr<IMB_MGR> manager_ = std::make_unique<IMB_MGR>();
};

TEST(JobLanesTest, AFailedJobFailsOnlyItsOwnOperation) {
  StubManager stub;
  StubManager::failing = 3;
  const auto lanes = std::make_unique<JobLanes>(*stub);
  std::vector<Lane*> taken;
  std::vector<Octets> digests(5, Octets(4, 0xa5));
  for (unsigned i = 0; i < digests.size(); ++i) {
    Lane* lane = taken.emplace_back(lanes->take(zero_algorithm(), nullptr));
    lane->text_bytes = 1;
    lane->mac = digests[i].data();
    lane->mac_bytes = 4;
    lanes->submit(*lane, [](IMB_JOB& job) { job.auth_tag_output_len_in_bytes = 20; });
    EXPECT_EQ(lane->status, Errno::einprogress);
  }
  lanes->flush();
  for (unsigned i = 0; i < digests.size(); ++i) {
    EXPECT_EQ(taken[i]->status, i == 3 ? Errno::eproto : Errno::ok);
    EXPECT_EQ(digests[i], Octets(4, i == 3 ? 0xa5 : static_cast<std::uint8_t>(i)));
    lanes->put(*taken[i]);
  }
}

}  // namespace
}  // namespace tfm::test
