#include "block.h"

namespace emulation {

Block block;
Thread *current;

namespace {

bool same(Site a, Site b) { return a.line == b.line && a.file == b.file; }

uint32_t bit_of(const Thread *thread) { return 1u << thread->lane; }

uint32_t bit_of(const Warp &warp) { return 1u << (&warp - block.warps); }

void allow(Warp &warp, uint32_t lanes) {
    if (lanes == 0) return;
    warp.runnable |= lanes;
    block.runnable_warps |= bit_of(warp);
}

// Nobody can go on, yet some have not ended: says who waits where.
[[noreturn]] void stuck() {
    const Thread *at_barrier = nullptr, *in_warp = nullptr;
    for (int w = 0; w < block.warp_count; w++) {
        const Warp &warp = block.warps[w];
        if (warp.at_barrier && !at_barrier) at_barrier = &warp.threads[__builtin_ctz(warp.at_barrier)];
        if (warp.gathered && !in_warp) in_warp = &warp.threads[__builtin_ctz(warp.gathered)];
    }
    if (!at_barrier) {
        fault("divergence: thread %d waits for lanes %08x of its warp in %s:%d, and some of them wait elsewhere", in_warp->number, in_warp->mask,
              in_warp->site.file, in_warp->site.line);
    }
    fault("divergence: thread %d waits at the barrier in %s:%d, thread %d for lanes %08x of its warp in %s:%d, and neither can go on",
          at_barrier->number, at_barrier->site.file, at_barrier->site.line, in_warp->number, in_warp->mask, in_warp->site.file, in_warp->site.line);
}

void park(Thread *me) {
    Thread *next = choose(me->warp);
    if (!next) stuck();
    go_on_with(next, me->fiber);
}

// Those who wait already must have come for the same.
void check_company(const Thread *me, const Thread &other) {
    const Site here = me->site, there = other.site;
    if (other.mask != me->mask) fault("lanes disagree on the mask in %s:%d: %08x and %08x", here.file, here.line, me->mask, other.mask);
    if (other.collective != me->collective || (me->collective != Collective::SYNC && !same(here, there))) {
        fault("divergence: lane %d is in %s:%d, lane %d of the same warp in %s:%d", me->lane, here.file, here.line, other.lane, there.file, there.line);
    }
}

// A stack that is taken up again waits for the second-level cache; less so when it is asked for one switch ahead.
void prefetch(const Thread &thread) {
    if (thread.fiber) __builtin_prefetch(thread.fiber->stack_pointer);
}

}

Thread *choose(Warp *preferred) {
    if (block.runnable_warps == 0) return nullptr;
    const bool stays = preferred && preferred->runnable && !block.chooser.leaves_warp();
    Warp &warp = stays ? *preferred : block.warps[block.chooser.pick(block.runnable_warps)];
    const int lane = block.chooser.pick(warp.runnable);
    warp.runnable &= ~(1u << lane);
    if (warp.runnable == 0) block.runnable_warps &= ~bit_of(warp);
    else prefetch(warp.threads[block.chooser.first(warp.runnable)]);
    return &warp.threads[lane];
}

void wait_at_barrier(Site site) {
    Thread *me = current;
    me->site = site;
    if (block.alive < block.threads) fault("divergence: a barrier in %s:%d, but some threads of the block have already returned", site.file, site.line);
    if (block.at_barrier == 0) block.barrier = site;
    if (!same(block.barrier, site)) {
        fault("divergence: a barrier in %s:%d, while others of the block wait at the one in %s:%d", site.file, site.line, block.barrier.file,
              block.barrier.line);
    }
    me->warp->at_barrier |= bit_of(me);
    if (++block.at_barrier < block.threads) return park(me);
    block.at_barrier = 0;
    block.epoch++;
    for (int w = 0; w < block.warp_count; w++) {
        Warp &warp = block.warps[w];
        allow(warp, &warp == me->warp ? warp.at_barrier & ~bit_of(me) : warp.at_barrier);
        warp.at_barrier = 0;
    }
}

void gather(uint32_t mask, Collective collective, Site site) {
    Thread *me = current;
    Warp &warp = *me->warp;
    me->site = site;
    me->mask = mask;
    me->collective = collective;
    if (!(mask & bit_of(me))) fault("lane %d is not in its own mask %08x in %s:%d", me->lane, mask, site.file, site.line);
    if (mask & warp.exited) fault("mask %08x in %s:%d names lanes that have returned or never were", mask, site.file, site.line);
    const uint32_t others = warp.gathered & mask;
    if (others) check_company(me, warp.threads[__builtin_ctz(others)]);
    if ((others | bit_of(me)) != mask) {
        warp.gathered |= bit_of(me);
        return park(me);
    }
    warp.gathered &= ~mask;
    if (collective == Collective::SYNC) warp.epoch++;
    work_out(warp, mask, collective);
    allow(warp, mask & ~bit_of(me));
}

void leave() {
    Thread *me = current;
    Warp &warp = *me->warp;
    if (block.at_barrier > 0) {
        fault("divergence: the thread returns, while others of the block wait at the barrier in %s:%d", block.barrier.file, block.barrier.line);
    }
    for (uint32_t waiting = warp.gathered; waiting; waiting &= waiting - 1) {
        const Thread &other = warp.threads[__builtin_ctz(waiting)];
        if (other.mask & bit_of(me)) {
            fault("divergence: lane %d returns, while lane %d waits for it in %s:%d", me->lane, other.lane, other.site.file, other.site.line);
        }
    }
    warp.exited |= bit_of(me);
    block.alive--;
}

}
