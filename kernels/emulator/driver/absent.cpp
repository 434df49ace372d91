// Functions of the driver that bindings link to and Vivace does not use. They are there, so that a call is an error and not the end of the
// process.
#include "device.h"

namespace driver {

namespace {

Result absent(const char *name) {
    return call(Needs::NOTHING, [=] { fail(ERROR_NOT_SUPPORTED, "the emulated device has no %s", name); });
}

}

#define absent(name) EXPORT Result name() { return absent(#name); }

absent(cuArray3DCreate_v2) absent(cuArray3DGetDescriptor_v2) absent(cuArrayCreate_v2) absent(cuArrayDestroy) absent(cuArrayGetDescriptor_v2)
absent(cuArrayGetMemoryRequirements) absent(cuArrayGetPlane) absent(cuArrayGetSparseProperties) absent(cuCtxAttach) absent(cuCtxCreate_v3)
absent(cuCtxCreate_v4) absent(cuCtxDetach) absent(cuCtxDisablePeerAccess) absent(cuCtxEnablePeerAccess) absent(cuCtxGetCacheConfig)
absent(cuCtxGetExecAffinity) absent(cuCtxGetId) absent(cuCtxGetLimit) absent(cuCtxGetSharedMemConfig) absent(cuCtxSetSharedMemConfig)
absent(cuDeviceCanAccessPeer) absent(cuDeviceGetByPCIBusId) absent(cuDeviceGetP2PAttribute) absent(cuDeviceGetProperties)
absent(cuDeviceGetTexture1DLinearMaxWidth) absent(cuFuncGetParamInfo) absent(cuFuncSetBlockShape) absent(cuFuncSetSharedMemConfig)
absent(cuFuncSetSharedSize) absent(cuGLCtxCreate_v2) absent(cuGLGetDevices_v2) absent(cuGLInit) absent(cuGLMapBufferObjectAsync_v2)
absent(cuGLMapBufferObject_v2) absent(cuGLRegisterBufferObject) absent(cuGLSetBufferObjectMapFlags) absent(cuGLUnmapBufferObject)
absent(cuGLUnmapBufferObjectAsync) absent(cuGLUnregisterBufferObject) absent(cuGraphAddChildGraphNode) absent(cuGraphAddDependencies)
absent(cuGraphAddEmptyNode) absent(cuGraphAddEventRecordNode) absent(cuGraphAddEventWaitNode) absent(cuGraphAddHostNode)
absent(cuGraphAddKernelNode_v2) absent(cuGraphAddMemcpyNode) absent(cuGraphAddMemsetNode) absent(cuGraphAddNode_v2)
absent(cuGraphChildGraphNodeGetGraph) absent(cuGraphClone) absent(cuGraphDebugDotPrint) absent(cuGraphDestroyNode)
absent(cuGraphEventRecordNodeGetEvent) absent(cuGraphEventRecordNodeSetEvent) absent(cuGraphEventWaitNodeGetEvent)
absent(cuGraphEventWaitNodeSetEvent) absent(cuGraphExecChildGraphNodeSetParams) absent(cuGraphExecEventRecordNodeSetEvent)
absent(cuGraphExecEventWaitNodeSetEvent) absent(cuGraphExecHostNodeSetParams) absent(cuGraphExecKernelNodeSetParams_v2)
absent(cuGraphExecMemcpyNodeSetParams) absent(cuGraphExecMemsetNodeSetParams) absent(cuGraphExecUpdate_v2) absent(cuGraphGetEdges)
absent(cuGraphGetEdges_v2) absent(cuGraphGetRootNodes) absent(cuGraphHostNodeGetParams) absent(cuGraphHostNodeSetParams)
absent(cuGraphInstantiateWithParams) absent(cuGraphKernelNodeCopyAttributes) absent(cuGraphKernelNodeGetAttribute)
absent(cuGraphKernelNodeGetParams_v2) absent(cuGraphKernelNodeSetAttribute) absent(cuGraphKernelNodeSetParams_v2)
absent(cuGraphMemcpyNodeGetParams) absent(cuGraphMemcpyNodeSetParams) absent(cuGraphMemsetNodeGetParams) absent(cuGraphNodeFindInClone)
absent(cuGraphNodeGetDependencies) absent(cuGraphNodeGetDependentNodes) absent(cuGraphRemoveDependencies) absent(cuGraphicsGLRegisterBuffer)
absent(cuGraphicsGLRegisterImage) absent(cuGraphicsMapResources) absent(cuGraphicsResourceGetMappedMipmappedArray)
absent(cuGraphicsResourceGetMappedPointer_v2) absent(cuGraphicsResourceSetMapFlags_v2) absent(cuGraphicsSubResourceGetMappedArray)
absent(cuGraphicsUnmapResources) absent(cuGraphicsUnregisterResource) absent(cuIpcCloseMemHandle) absent(cuIpcGetEventHandle)
absent(cuIpcGetMemHandle) absent(cuIpcOpenEventHandle) absent(cuIpcOpenMemHandle_v2) absent(cuLaunch) absent(cuLaunchCooperativeKernel)
absent(cuLaunchCooperativeKernelMultiDevice) absent(cuLaunchGrid) absent(cuLaunchGridAsync) absent(cuLibraryGetKernel) absent(cuLibraryGetModule)
absent(cuLibraryLoadData) absent(cuLibraryUnload) absent(cuLinkAddData_v2) absent(cuLinkAddFile_v2) absent(cuLinkComplete) absent(cuLinkCreate_v2)
absent(cuLinkDestroy) absent(cuMemAddressFree) absent(cuMemAddressReserve) absent(cuMemAdvise) absent(cuMemAllocAsync)
absent(cuMemAllocFromPoolAsync) absent(cuMemAllocManaged) absent(cuMemAllocPitch_v2) absent(cuMemCreate) absent(cuMemExportToShareableHandle)
absent(cuMemFreeAsync) absent(cuMemGetAccess) absent(cuMemGetAllocationGranularity) absent(cuMemGetAllocationPropertiesFromHandle)
absent(cuMemImportFromShareableHandle) absent(cuMemMap) absent(cuMemPoolCreate) absent(cuMemPoolDestroy) absent(cuMemPoolTrimTo)
absent(cuMemPrefetchAsync) absent(cuMemRangeGetAttribute) absent(cuMemRangeGetAttributes) absent(cuMemRelease) absent(cuMemRetainAllocationHandle)
absent(cuMemSetAccess) absent(cuMemUnmap) absent(cuMemcpy2DAsync_v2) absent(cuMemcpy2DUnaligned_v2) absent(cuMemcpy2D_v2)
absent(cuMemcpy3DAsync_v2) absent(cuMemcpy3DPeer) absent(cuMemcpy3DPeerAsync) absent(cuMemcpy3D_v2) absent(cuMemcpyAtoA_v2)
absent(cuMemcpyAtoD_v2) absent(cuMemcpyAtoHAsync_v2) absent(cuMemcpyAtoH_v2) absent(cuMemcpyDtoA_v2) absent(cuMemcpyHtoAAsync_v2)
absent(cuMemcpyHtoA_v2) absent(cuMemcpyPeer) absent(cuMemcpyPeerAsync) absent(cuMemsetD2D16Async) absent(cuMemsetD2D16_v2)
absent(cuMemsetD2D32Async) absent(cuMemsetD2D32_v2) absent(cuMemsetD2D8Async) absent(cuMemsetD2D8_v2) absent(cuMipmappedArrayCreate)
absent(cuMipmappedArrayDestroy) absent(cuMipmappedArrayGetLevel) absent(cuMipmappedArrayGetMemoryRequirements)
absent(cuMipmappedArrayGetSparseProperties) absent(cuModuleGetSurfRef) absent(cuModuleGetTexRef) absent(cuMulticastCreate)
absent(cuOccupancyAvailableDynamicSMemPerBlock) absent(cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags)
absent(cuOccupancyMaxPotentialBlockSize) absent(cuOccupancyMaxPotentialBlockSizeWithFlags) absent(cuParamSetSize) absent(cuParamSetTexRef)
absent(cuParamSetf) absent(cuParamSeti) absent(cuParamSetv) absent(cuPointerGetAttribute) absent(cuPointerGetAttributes)
absent(cuPointerSetAttribute) absent(cuProfilerInitialize) absent(cuProfilerStart) absent(cuProfilerStop) absent(cuStreamAddCallback)
absent(cuStreamAttachMemAsync) absent(cuStreamCopyAttributes) absent(cuStreamGetAttribute) absent(cuStreamGetCaptureInfo_v2)
absent(cuStreamGetCaptureInfo_v3) absent(cuStreamGetId) absent(cuStreamSetAttribute) absent(cuStreamWaitValue32_v2) absent(cuStreamWaitValue64_v2)
absent(cuStreamWriteValue32_v2) absent(cuStreamWriteValue64_v2) absent(cuSurfObjectCreate) absent(cuSurfObjectDestroy)
absent(cuSurfObjectGetResourceDesc) absent(cuSurfRefGetArray) absent(cuSurfRefSetArray) absent(cuTensorMapEncodeTiled) absent(cuTexObjectCreate)
absent(cuTexObjectDestroy) absent(cuTexObjectGetResourceDesc) absent(cuTexObjectGetResourceViewDesc) absent(cuTexObjectGetTextureDesc)
absent(cuTexRefCreate) absent(cuTexRefDestroy) absent(cuTexRefGetAddressMode) absent(cuTexRefGetAddress_v2) absent(cuTexRefGetArray)
absent(cuTexRefGetBorderColor) absent(cuTexRefGetFilterMode) absent(cuTexRefGetFlags) absent(cuTexRefGetFormat) absent(cuTexRefGetMaxAnisotropy)
absent(cuTexRefGetMipmapFilterMode) absent(cuTexRefGetMipmapLevelBias) absent(cuTexRefGetMipmapLevelClamp) absent(cuTexRefGetMipmappedArray)
absent(cuTexRefSetAddress2D_v3) absent(cuTexRefSetAddressMode) absent(cuTexRefSetAddress_v2) absent(cuTexRefSetArray)
absent(cuTexRefSetBorderColor) absent(cuTexRefSetFilterMode) absent(cuTexRefSetFlags) absent(cuTexRefSetFormat) absent(cuTexRefSetMaxAnisotropy)
absent(cuTexRefSetMipmapFilterMode) absent(cuTexRefSetMipmapLevelBias) absent(cuTexRefSetMipmapLevelClamp) absent(cuTexRefSetMipmappedArray)

}
